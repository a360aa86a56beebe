import { describe, expect, it } from "vitest";
import { fakeWatch } from "./support/fake-watch.js";

describe("an ordinary frame", () => {
  it("is seen at once, and settled one quiet period after its last byte", async () => {
    const { clock, fs, sink, watcher, hint } = fakeWatch();
    await watcher.start();
    await clock.advance(500);
    fs.write("/w/a.tif", "<x");
    hint("/w/a.tif", "entry");
    await clock.advance(700);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
    fs.write("/w/a.tif", "<xy>");
    const writtenAt = clock.now();
    await clock.advance(3000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
    const file = sink.reports.find((report) => report.kind === "settled")!.file;
    expect(file).toMatchObject({ sha256: "<xy>", size: 4, pages: 1, type: "tiff", lastChangeMs: writtenAt });
    expect(file.settledAtMs - writtenAt).toBeGreaterThanOrEqual(1000);
    expect(file.settledAtMs - writtenAt).toBeLessThan(1050);
    expect(watcher.status()).toMatchObject({ foundByHint: 1, foundByScan: 0, pending: 0, frames: 1 });
    await watcher.stop();
  });

  it("is settled within 1.3 s on a share too, without hints and with a wrong clock", async () => {
    const { clock, fs, sink, watcher } = fakeWatch({ polling: true });
    fs.stampOffsetMs = 120_000;
    await watcher.start();
    await clock.advance(100);
    fs.write("/w/a.tif", "<x");
    await clock.advance(1333);
    fs.write("/w/a.tif", "<xy>");
    await clock.advance(1300);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
    await watcher.stop();
  });
});

it("settles a backlog of 1000 files in one scan, two at a time, each stat seen first", async () => {
  const { clock, fs, sink, watcher } = fakeWatch();
  for (let i = 0; i < 1000; i++) fs.write(`/w/t${i}.tif`, "<x>");
  await clock.advance(1000);
  await watcher.scanOnce();
  expect(new Set(sink.settledPaths()).size).toBe(1000);
  expect(fs.mostOpen).toBe(2);
  await watcher.stop();
});

it("takes a frame that arrives before the backlog", async () => {
  const { clock, fs, sink, watcher, hint } = fakeWatch();
  fs.hashMs = 200;
  for (let i = 0; i < 100; i++) fs.write(`/w/old${i}.tif`, "<x>");
  await clock.advance(5000);
  await watcher.start();
  await clock.advance(300);
  fs.write("/w/new.tif", "<x>");
  hint("/w/new.tif", "entry");
  await clock.advance(1500);
  expect(sink.last("/w/new.tif")?.kind).toBe("settled");
  expect(watcher.status().pending).toBeGreaterThan(50);
  const stopped = watcher.stop();
  const reports = sink.reports.length;
  await clock.advance(60_000);
  await stopped;
  expect(sink.reports.length).toBe(reports);
  expect(clock.sleepers).toBe(0);
});

describe("files that are not frames", () => {
  it.each([
    ["empty", "", 300_000, "RF_ZERO_BYTES"],
    ["truncated", "<xx", 300_000, "RF_INCOMPLETE"],
    ["of another type", "?", 1000, "RF_UNSUPPORTED_TYPE"],
    ["damaged", "!", 1000, "RF_DECODE_FAILED"],
    ["too much for the check", "#", 1000, "RF_INTERNAL"],
  ])("%s: %j is rejected after %d ms as %s", async (_what, content, afterMs, code) => {
    const { clock, fs, sink, watcher } = fakeWatch();
    await watcher.start();
    fs.write("/w/a.tif", content);
    await clock.advance(afterMs - 1);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
    await clock.advance(1100);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", code]);
    await clock.advance(600_000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", code]);
    fs.write("/w/a.tif", "<whole>");
    await clock.advance(183_000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", code, "settled"]);
    await watcher.stop();
  });

  it("rejects folders and pipes that are named like a frame once, and looks into the folder", async () => {
    const { clock, fs, sink, watcher } = fakeWatch({ sweepMs: 1000 });
    fs.folder("/w/export.tif");
    fs.special("/w/pipe.tif");
    fs.write("/w/export.tif/a.tif", "<x>");
    await watcher.start();
    await clock.advance(2500);
    fs.write("/w/export.tif/b.tif", "<x>");
    await clock.advance(5000);
    for (const path of ["/w/export.tif", "/w/pipe.tif"]) expect(sink.kinds(path)).toEqual(["seen", "RF_NOT_A_FILE"]);
    expect(sink.settledPaths()).toEqual(["/w/export.tif/a.tif", "/w/export.tif/b.tif"]);
    await watcher.stop();
  });

  it("does not take every folder for a misnamed frame where all names are frames", async () => {
    const { sink, fs, watcher } = fakeWatch({ include: ["**"] });
    fs.folder("/w/run1");
    await watcher.scanOnce();
    expect(sink.reports).toEqual([]);
    await watcher.stop();
  });
});

it("gives a tail of zeros ten seconds more", async () => {
  const { clock, fs, sink, watcher } = fakeWatch();
  await watcher.start();
  fs.write("/w/a.tif", "z");
  await clock.advance(10_900);
  expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
  await clock.advance(200);
  expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
  await watcher.stop();
});

describe("a locked file", () => {
  it.each(["EBUSY", "EACCES", "ETXTBSY", "EPERM"])(
    "that answers %s is settled soon after it is released",
    async (errno) => {
      const { clock, fs, sink, watcher } = fakeWatch();
      await watcher.start();
      fs.write("/w/a.tif", "<x>");
      fs.lock("/w/a.tif", errno);
      await clock.advance(60_000);
      expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
      fs.lock("/w/a.tif", undefined);
      await clock.advance(1100);
      expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
      await watcher.stop();
    },
  );

  it("is rejected after the stale period, told once, and settled by a sweep after its release", async () => {
    const { clock, fs, sink, watcher } = fakeWatch();
    await watcher.start();
    fs.write("/w/a.tif", "<x>");
    fs.lock("/w/a.tif", "EBUSY");
    await clock.advance(302_000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "RF_UNREADABLE"]);
    await clock.advance(1_000_000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "RF_UNREADABLE"]);
    fs.lock("/w/a.tif", undefined);
    await clock.advance(181_000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "RF_UNREADABLE", "settled"]);
    await watcher.stop();
  });
});

describe("files that change afterwards", () => {
  it("settles an overwritten file again: at once with a hint, by the sweep without", async () => {
    const { clock, fs, sink, watcher, hint } = fakeWatch();
    await watcher.start();
    fs.write("/w/a.tif", "<x>");
    fs.write("/w/b.tif", "<x>");
    await clock.advance(3000);
    fs.write("/w/a.tif", "<y>");
    fs.write("/w/b.tif", "<y>");
    hint("/w/a.tif", "content");
    await clock.advance(1100);
    expect(sink.last("/w/a.tif")).toMatchObject({ file: { sha256: "<y>" } });
    expect(sink.last("/w/b.tif")).toMatchObject({ file: { sha256: "<x>" } });
    await clock.advance(182_000);
    expect(sink.last("/w/b.tif")).toMatchObject({ file: { sha256: "<y>" } });
    expect(sink.kinds("/w/b.tif")).toEqual(["seen", "settled", "settled"]);
    await watcher.stop();
  });

  it("finds at the start what was overwritten while nobody watched, and leaves the rest alone", async () => {
    const { clock, fs, sink, watcher } = fakeWatch();
    fs.write("/w/a.tif", "<x>");
    fs.write("/w/b.tif", "<x>");
    const { mtimeMs } = (await fs.stat("/w/a.tif"))!;
    sink.knownPaths.set("/w/a.tif", { size: 3, mtimeMs: Math.round(mtimeMs), ctimeMs: mtimeMs });
    sink.knownPaths.set("/w/b.tif", { size: 2, mtimeMs, ctimeMs: mtimeMs });
    await clock.advance(2000);
    await watcher.scanOnce();
    expect(sink.reports.map(({ kind, path }) => `${kind} ${path}`)).toEqual(["settled /w/b.tif"]);
    await watcher.stop();
  });
});

describe("files that vanish", () => {
  it("are gone if they stay away for a quiet period", async () => {
    const { clock, fs, sink, watcher } = fakeWatch();
    await watcher.start();
    fs.write("/w/a.tif", "<x");
    fs.write("/w/b.tif", "<x");
    await clock.advance(2000);
    fs.remove("/w/a.tif");
    fs.remove("/w/b.tif");
    await clock.advance(900);
    fs.write("/w/b.tif", "<y>");
    await clock.advance(3000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "gone"]);
    expect(sink.kinds("/w/b.tif")).toEqual(["seen", "settled"]);
    await watcher.stop();
  });

  it.each(["removed", "unmounted"] as const)("are not gone when the whole folder is %s", async (how) => {
    const { clock, fs, sink, watcher } = fakeWatch();
    await watcher.start();
    fs.write("/w/a.tif", "<x");
    await clock.advance(2000);
    fs.away = { root: "/w", how };
    await clock.advance(3_600_000);
    expect(watcher.status()).toMatchObject({ rootPresent: false, pending: 1 });
    expect(watcher.status().rootProblem).toMatch(how === "removed" ? /does not exist/ : /mounted/);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
    fs.away = undefined;
    fs.write("/w/a.tif", "<xx>");
    await clock.advance(2500);
    expect(watcher.status().rootPresent).toBe(true);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
    await watcher.stop();
  });
});

it("brings to an end what an earlier run saw and did not finish", async () => {
  const { clock, fs, sink, watcher } = fakeWatch();
  sink.left.push("/w/a.tif", "/w/vanished.tif");
  fs.write("/w/a.tif", "<x>");
  await watcher.start();
  await clock.advance(5000);
  expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
  expect(sink.kinds("/w/vanished.tif")).toEqual(["gone"]);
  await watcher.stop();
});

it("reports again what the ledger refused", async () => {
  const { clock, fs, sink, watcher } = fakeWatch();
  const refuse = (kinds: string[]) => {
    sink.before = ({ kind }) => {
      if (kinds.includes(kind)) throw new Error("disk full");
    };
  };
  refuse(["seen"]);
  await watcher.start();
  fs.write("/w/a.tif", "<x>");
  await clock.advance(5000);
  expect(watcher.status().pending).toBe(0);
  refuse(["settled"]);
  await clock.advance(20_000);
  expect(sink.kinds("/w/a.tif")).toEqual(["seen"]);
  refuse([]);
  await clock.advance(6000);
  expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled"]);
  await watcher.stop();
});

it("stats nothing but what is new or unsettled between sweeps", async () => {
  const { clock, fs, watcher } = fakeWatch();
  for (let i = 0; i < 500; i++) fs.write(`/w/t${i}.tif`, "<x>");
  await watcher.start();
  await clock.advance(5000);
  fs.stats = 0;
  await clock.advance(10_000);
  expect(fs.stats).toBe(10); // The folder itself, once per scan.
  await watcher.stop();
});

it("counts what it ignores, by rule", async () => {
  const { fs, watcher } = fakeWatch({ exclude: ["**/*_mask.tif"], never: ["/w/out"] });
  for (const folder of ["/w/out", "/w/@eaDir", "/w/.git", "/w/run"]) fs.folder(folder);
  for (const file of ["a.xml", "b.xml", ".a.tif", "c.tif.tmp", "run/d_mask.tif", "run/e.tif", "out/f.tif"]) {
    fs.write(`/w/${file}`, "<x>");
  }
  await watcher.scanOnce();
  expect(watcher.status()).toMatchObject({
    frames: 1,
    folders: 2,
    ignored: { "(not included)": 2, ".*": 1, "*.tmp": 1, "**/*_mask.tif": 1, "(output)": 1, "@eaDir/": 1, ".*/": 1 },
  });
  await watcher.stop();
});

describe("files that end together", () => {
  it("are reported in a few transactions; one that is refused keeps no other from it, and is reported again", async () => {
    const { clock, fs, sink, watcher } = fakeWatch();
    let transactions = 0;
    let refuses = true;
    Object.assign(sink, {
      together(work: () => void) {
        const before = sink.reports.length;
        transactions++;
        try {
          work();
        } catch (error) {
          sink.reports.length = before;
          throw error;
        }
      },
    });
    sink.before = ({ kind, path }) => {
      if (kind === "settled" && path === "/w/t7.tif" && refuses) throw new Error("no");
    };
    for (let i = 0; i < 300; i++) fs.write(`/w/t${i}.tif`, "<x>");
    await clock.advance(1000);
    await watcher.start();
    await clock.advance(3000);
    expect(new Set(sink.settledPaths()).size).toBe(299);
    expect(transactions).toBeLessThan(30);
    refuses = false;
    await clock.advance(5000);
    expect(sink.kinds("/w/t7.tif")).toEqual(["seen", "settled"]);
    await watcher.stop();
  });

  it("are reported before what is new about one of them is looked at", async () => {
    const { clock, fs, sink, watcher, hint } = fakeWatch();
    fs.hashMs = 200;
    for (const name of ["a", "b", "c"]) fs.write(`/w/${name}.tif`, "<x>");
    await clock.advance(1000);
    await watcher.start();
    await clock.advance(250);
    expect(sink.settledPaths()).toEqual([]);
    fs.write("/w/a.tif", "<another>");
    hint("/w/a.tif", "content");
    await clock.advance(3000);
    expect(sink.kinds("/w/a.tif")).toEqual(["seen", "settled", "settled"]);
    expect(sink.reports.filter(({ kind }) => kind === "settled").at(-1)).toMatchObject({
      file: { sha256: "<another>" },
    });
    await watcher.stop();
  });
});
