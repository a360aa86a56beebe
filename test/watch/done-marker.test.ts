import { describe, expect, it } from "vitest";
import { isMarkerName, markerLooks, markerPaths } from "../../src/watch/done-marker.js";
import { FakeClock } from "./support/fake-clock.js";
import { FakeFileSystem } from "./support/fake-file-system.js";
import { fakeWatch } from "./support/fake-watch.js";

const FILE = { kind: "file" } as const;
const FOLDER = { kind: "folder", name: "done.txt" } as const;

describe("where markers lie", () => {
  it("beside the frame, with or without its suffix, or in its folder", () => {
    expect(markerPaths("/w/s.1/a.b.tif", FILE)).toEqual(["/w/s.1/a.b.tif.done", "/w/s.1/a.b.done"]);
    expect(markerPaths("/w/sub/a.tif", FOLDER)).toEqual(["/w/sub/done.txt"]);
  });

  it("tells a marker from a frame by its name", () => {
    expect(["a.tif.done", "a.DONE", ".done"].every((name) => isMarkerName(name, FILE))).toBe(true);
    expect(["a.tif", "a.done.tif", "done.txt"].some((name) => isMarkerName(name, FILE))).toBe(false);
    expect([isMarkerName("Done.TXT", FOLDER), isMarkerName("a.done", FOLDER)]).toEqual([true, false]);
  });

  it("asks once for a marker that stands for many frames, and takes the newer of two", async () => {
    const clock = new FakeClock();
    const fs = new FakeFileSystem(clock);
    fs.write("/w/done.txt", "");
    const looks = markerLooks(FOLDER, fs);
    const all = await Promise.all(["/w/a.tif", "/w/b.tif", "/w/c.tif"].map(looks));
    expect([all[2], fs.stats]).toEqual([{ kind: "present", stampMs: clock.now() }, 1]);
    fs.write("/w/a.tif.done", "");
    await clock.advance(500);
    fs.write("/w/a.done", "");
    fs.folder("/w/b.done");
    expect(await markerLooks(FILE, fs)("/w/a.tif")).toEqual({ kind: "present", stampMs: clock.now() });
    expect(await markerLooks(FILE, fs)("/w/b.tif")).toEqual({ kind: "absent" });
    fs.broken = "EACCES";
    expect(await markerLooks(FILE, fs)("/w/a.tif")).toEqual({ kind: "absent" });
    expect(await markerLooks(undefined, fs)("/w/a.tif")).toBeUndefined();
  });
});

const all = { include: ["**/*"] };

describe("a folder whose frames have markers", () => {
  it("asks for the marker of a frame that could not be read as well, when a sweep tries it again", async () => {
    const { clock, fs, sink, watcher } = fakeWatch({
      ...all,
      doneMarker: FILE,
      quietMs: 1_000,
      staleMs: 5_000,
      sweepMs: 10_000,
    });
    fs.write("/w/a.tif", "<x>");
    fs.lock("/w/a.tif", "EBUSY");
    await watcher.start();
    await clock.advance(15_000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "RF_UNREADABLE"]);
    fs.lock("/w/a.tif", undefined);
    await clock.advance(15_000);
    expect(sink.last("/w/a.tif")).toMatchObject({
      kind: "settled",
      file: { note: expect.stringMatching(/^no done marker/) },
    });
    await watcher.stop();
  });

  it("takes a frame as soon as its marker is hinted at, and never before", async () => {
    const { clock, fs, sink, watcher, hint } = fakeWatch({ ...all, doneMarker: FILE });
    await watcher.start();
    fs.write("/w/a.tif", "<x>");
    hint("/w/a.tif", "entry");
    await clock.advance(60_400);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
    fs.write("/w/a.tif.done", "");
    hint("/w/a.tif.done", "entry");
    await clock.advance(50);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
    expect(sink.reports.every(({ path }) => path === "/w/a.tif")).toBe(true);
    expect(fs.content("/w/a.tif.done")).toBe("");
    await clock.advance(1_000);
    expect(watcher.status()).toMatchObject({ frames: 1, ignored: { "(done marker)": 1 }, withoutMarker: 0 });
    await watcher.stop();
  });

  it("finds a marker that nobody hinted at with the next scan, on a share with a wrong clock too", async () => {
    const { clock, fs, sink, watcher } = fakeWatch({ ...all, doneMarker: FILE, polling: true });
    fs.stampOffsetMs = 120_000;
    await watcher.start();
    fs.write("/w/a.tif", "<x>");
    await clock.advance(20_000);
    fs.write("/w/a.done", "");
    await clock.advance(1_050);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
    await watcher.stop();
  });

  it("takes a frame that comes with its marker at first sight, without a quiet period", async () => {
    const { clock, fs, sink, watcher } = fakeWatch({ ...all, doneMarker: FILE });
    await watcher.start();
    await clock.advance(900);
    fs.write("/w/a.tif", "<x>");
    fs.write("/w/a.tif.done", "");
    await clock.advance(150);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
    await watcher.stop();
  });

  it("waits for the quiet period where the marker is older than the frame", async () => {
    const { clock, fs, sink, watcher, hint } = fakeWatch({ ...all, doneMarker: FILE });
    fs.write("/w/a.tif.done", "");
    await clock.advance(5_000);
    await watcher.start();
    for (const content of ["<x", "<xy", "<xyz>"]) {
      fs.write("/w/a.tif", content);
      hint("/w/a.tif", "content");
      await clock.advance(900);
    }
    expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
    await clock.advance(150);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
    await watcher.stop();
  });

  it("does not believe a marker against the file itself", async () => {
    const { clock, fs, sink, watcher } = fakeWatch({ ...all, doneMarker: FILE });
    await watcher.start();
    fs.write("/w/a.tif", "<x");
    fs.write("/w/a.tif.done", "");
    fs.write("/w/b.tif", "z");
    fs.write("/w/b.tif.done", "");
    await clock.advance(10_000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
    expect(sink.kinds("/w/b.tif")).toEqual(["seen"]);
    await clock.advance(1_100);
    expect(sink.kinds("/w/b.tif")).toEqual(["seen", "settled"]);
    await clock.advance(300_000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "RF_INCOMPLETE"]);
    await watcher.stop();
  });

  it("waits no longer than staleSeconds for a marker, and then says that it did not come", async () => {
    const { clock, fs, sink, watcher } = fakeWatch({ ...all, doneMarker: FILE, staleMs: 30_000 });
    await watcher.start();
    fs.write("/w/a.tif", "<x>");
    fs.write("/w/b.tif", "<x");
    await clock.advance(29_900);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
    await clock.advance(200);
    expect(sink.last("/w/a.tif")).toMatchObject({ kind: "settled", file: { note: "no done marker came for 30 s" } });
    expect(sink.kinds("/w/b.tif")).toEqual(["seen", "RF_INCOMPLETE"]);
    expect(watcher.status().withoutMarker).toBe(1);
    await watcher.stop();
  });

  it("by one marker takes all frames of that folder, and none of another", async () => {
    const { clock, fs, sink, watcher, hint } = fakeWatch({ ...all, doneMarker: FOLDER });
    fs.folder("/w/one");
    fs.folder("/w/two");
    await watcher.start();
    for (const path of ["/w/one/a.tif", "/w/one/b.tif", "/w/two/c.tif", "/w/d.tif"]) fs.write(path, "<x>");
    await clock.advance(20_400);
    fs.write("/w/one/done.txt", "");
    hint("/w/one/done.txt", "entry");
    await clock.advance(50);
    expect(new Set(sink.settledPaths())).toEqual(new Set(["/w/one/a.tif", "/w/one/b.tif"]));
    await watcher.stop();
  });
});
