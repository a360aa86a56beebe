import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Rest, RestingFolders } from "../../src/watch/rest.js";
import { fakeWatch } from "./support/fake-watch.js";

const stamps = { mtimeMs: 1000, ctimeMs: 1000, ino: 5 };
const rest: Rest = { stamps, frames: 3, ignored: { "*.tmp": 1 }, children: ["/w/a"] };

describe("resting folders", () => {
  it("are as before while no stamp of theirs moves", () => {
    const folders = new RestingFolders();
    folders.remember("/w", rest, 6000);
    expect(folders.asBefore("/w", stamps)).toBe(rest);
    for (const moved of ["mtimeMs", "ctimeMs", "ino"] as const) {
      folders.remember("/w", rest, 6000);
      expect(folders.asBefore("/w", { ...stamps, [moved]: stamps[moved] + 0.25 })).toBeUndefined();
      expect(folders.asBefore("/w", stamps)).toBeUndefined();
    }
  });

  it("do not rest yet when they changed within a tick of the clock that stamps them", () => {
    const folders = new RestingFolders();
    folders.remember("/w", rest, 4999);
    expect(folders.asBefore("/w", stamps)).toBeUndefined();
    // Stamped in the future by a clock that was put back since.
    folders.remember("/w", { ...rest, stamps: { ...stamps, ctimeMs: 9000 } }, 6000);
    expect(folders.asBefore("/w", { ...stamps, ctimeMs: 9000 })).toBeUndefined();
  });
});

describe("a watcher where folders are stamped", () => {
  const stamped = () => fakeWatch({}, undefined, { stampsFolders: async () => true });

  it("lists a folder of known files no more, and again as soon as a name is added", async () => {
    const { watcher, fs, sink, clock } = stamped();
    fs.write("/w/a.tif", "<abc>");
    for (let k = 0; k < 8; k++) {
      await watcher.scanOnce();
      await clock.advance(1000);
    }
    const listed = fs.listed;
    await watcher.scanOnce();
    expect(fs.listed).toBe(listed);
    expect(watcher.status()).toMatchObject({ frames: 1, folders: 1, scans: 9 });
    fs.write("/w/b.tif", "<abc>");
    await watcher.scanOnce();
    expect(fs.listed).toBe(listed + 1);
    expect(sink.kinds("/w/b.tif")).toEqual(["seen"]);
  });

  it("lists it in a sweep, whatever its stamps say", async () => {
    const { watcher, fs, clock } = stamped();
    fs.write("/w/a.tif", "<abc>");
    for (let k = 0; k < 8; k++) {
      await watcher.scanOnce();
      await clock.advance(1000);
    }
    fs.writeUnstamped("/w/b.tif", "<abc>");
    await watcher.scanOnce();
    expect(watcher.status().frames).toBe(1);
    await watcher.scanOnce(true);
    expect(watcher.status().frames).toBe(2);
    // What the stamps were taken to mean before is forgotten with it.
    await watcher.scanOnce();
    expect(watcher.status().frames).toBe(2);
  });

  it("lists it when a path that was known is forgotten", async () => {
    const { watcher, fs, sink, clock } = stamped();
    fs.write("/w/a.tif", "<abc>");
    for (let k = 0; k < 8; k++) {
      await watcher.scanOnce();
      await clock.advance(1000);
    }
    sink.forget("/w/a.tif");
    await watcher.scanOnce();
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled", "seen", "settled"]);
  });

  it("finds what a watcher finds that lists every folder in every scan", async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant("write" as const),
        folder: fc.nat(2),
        file: fc.nat(3),
        content: fc.constantFrom("<abc>", "<ab"),
      }),
      fc.record({ do: fc.constant("remove" as const), folder: fc.nat(2), file: fc.nat(3) }),
      fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 12_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const found = await Promise.all(
          [stamped(), fakeWatch()].map(async ({ watcher, fs, sink, clock }) => {
            for (const folder of ["/w/f0", "/w/f1", "/w/f2"]) fs.folder(folder);
            for (const one of steps) {
              if (one.do === "wait") await clock.advance(one.ms);
              else if (one.do === "write") fs.write(`/w/f${one.folder}/${one.file}.tif`, one.content);
              else fs.remove(`/w/f${one.folder}/${one.file}.tif`);
              await watcher.scanOnce();
            }
            return sink.reports.map((report) => ({ ...report, file: undefined }));
          }),
        );
        expect(found[0]).toEqual(found[1]);
      }),
      { numRuns: 150 },
    );
  });
});
