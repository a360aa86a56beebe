import { mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { FolderWatcher } from "../../src/watch/watcher.js";
import { pause, QUIET_MS, realWatch, until } from "./support/real-watch.js";

const running: { watcher: FolderWatcher; root: string }[] = [];

async function watching(options: Parameters<typeof realWatch>[0] = {}) {
  const watch = await realWatch(options);
  running.push(watch);
  await watch.watcher.start();
  await until(() => watch.watcher.status().scans > 0);
  return watch;
}

afterEach(async () => {
  for (const { watcher, root } of running.splice(0)) {
    await watcher.stop();
    await rm(root, { recursive: true, force: true });
  }
});

describe.each([false, true])("on a real folder (polling: %s)", (polling) => {
  it("settles a slowly written file once, one quiet period after its end", async () => {
    const { root, sink } = await watching({ polling });
    const file = path.join(root, "slow.tif");
    const handle = await open(file, "w");
    await handle.write("<");
    for (const [text, pauseMs] of [
      ["x", 60],
      ["x", 2.2 * QUIET_MS],
      ["x", 60],
      [">", 0],
    ] as const) {
      await pause(pauseMs);
      await handle.write(text);
    }
    await handle.close();
    const { mtimeMs } = await stat(file);
    await until(() => sink.settledPaths().length > 0);
    const report = sink.last(file);
    expect(sink.kinds(file)).toEqual(["seen", "settled"]);
    expect(report).toMatchObject({ file: { size: 5, mtimeMs } });
    const delayMs = (report?.kind === "settled" ? report.file.settledAtMs : 0) - mtimeMs;
    expect(delayMs).toBeGreaterThanOrEqual(QUIET_MS - 1);
    expect(delayMs).toBeLessThan(QUIET_MS + 500);
  });

  it("waits for pre-allocated space to be filled", async () => {
    const { root, sink } = await watching({ polling });
    const file = path.join(root, "pre.tif");
    const handle = await open(file, "w");
    await handle.write("<0000000>");
    await pause(3 * QUIET_MS);
    expect(sink.kinds(file)).toEqual(["seen"]);
    await handle.write("<yyyyyyy>", 0);
    await handle.close();
    await until(() => sink.settledPaths().length > 0);
    expect(sink.kinds(file)).toEqual(["seen", "settled"]);
  });

  it("sees a file that is written under a temporary name under its final name only", async () => {
    const { root, sink } = await watching({ polling });
    const file = path.join(root, "a.tif");
    await writeFile(`${file}.tmp`, "<x>");
    await pause(2 * QUIET_MS);
    expect(sink.reports).toEqual([]);
    await rename(`${file}.tmp`, file);
    await until(() => sink.settledPaths().length > 0);
    expect(sink.reports.map(({ path }) => path)).toEqual([file, file]);
  });

  it("settles an overwritten file again, with its new hash", async () => {
    const { root, sink } = await watching({ polling, sweepMs: polling ? 100 : 60_000 });
    const file = path.join(root, "snap.tif");
    await writeFile(file, "<x>");
    await until(() => sink.settledPaths().length === 1);
    await writeFile(file, "<y>");
    await until(() => sink.settledPaths().length === 2);
    await writeFile(`${file}.tmp`, "<z>");
    await rename(`${file}.tmp`, file);
    await until(() => sink.settledPaths().length === 3);
    const hashes = sink.of(file).flatMap((report) => (report.kind === "settled" ? [report.file.sha256] : []));
    expect(new Set(hashes).size).toBe(3);
  });

  it("goes on by itself when the folder was removed and made anew", async () => {
    const { root, sink, watcher } = await watching({ polling });
    await writeFile(path.join(root, "half.tif"), "<x");
    await until(() => sink.reports.length === 1);
    await rm(root, { recursive: true });
    await until(() => watcher.status().rootPresent === false);
    await pause(3 * QUIET_MS);
    expect(sink.kinds(path.join(root, "half.tif"))).toEqual(["seen"]);
    await mkdir(path.join(root, "run"), { recursive: true });
    await writeFile(path.join(root, "run", "a.tif"), "<x>");
    await until(() => sink.settledPaths().length === 1);
    expect(watcher.status().rootPresent).toBe(true);
    // Hints are back as well: the second file is found sooner than by a scan.
    const found = watcher.status().foundByHint;
    if (!polling) {
      await until(() => watcher.status().hintedFolders === 2);
      await writeFile(path.join(root, "run", "b.tif"), "<x>");
      await until(() => watcher.status().foundByHint > found);
    }
  });
});

it("finds all of 500 files in 50 folders that are made at full speed", async () => {
  const { root, sink } = await watching();
  const files: string[] = [];
  for (let i = 0; i < 50; i++) {
    const folder = path.join(root, `p${i % 5}`, `q${i % 10}`, `r${i}`);
    await mkdir(folder, { recursive: true });
    for (let j = 0; j < 10; j++) files.push(path.join(folder, `t${j}.tif`));
    await Promise.all(files.slice(-10).map((file) => writeFile(file, "<x>")));
  }
  await until(() => sink.settledPaths().length >= 500);
  expect(new Set(sink.settledPaths())).toEqual(new Set(files));
  expect(sink.reports).toHaveLength(1000);
});

it("takes names with blanks, other scripts and line breaks as they are", async () => {
  const { root, sink } = await watching();
  const names = [
    "2024_11_21_T01_DAPI - FITC.tif",
    "Übersicht µ 細胞 🔬.tif",
    "two\nlines.tif",
    "a[1]{2}*?.TIF",
    "-rf.tif",
  ];
  for (const name of names) await writeFile(path.join(root, name), "<x>");
  await until(() => sink.settledPaths().length === names.length);
  expect(new Set(sink.settledPaths())).toEqual(new Set(names.map((name) => path.join(root, name))));
});

it("starts before the folder exists", async () => {
  const { root, sink, watcher } = await realWatch();
  running.push({ watcher, root });
  await rm(root, { recursive: true });
  await watcher.start();
  await until(() => watcher.status().rootPresent === false);
  await mkdir(root);
  await writeFile(path.join(root, "a.tif"), "<x>");
  await until(() => sink.settledPaths().length === 1);
});

it("leaves nothing behind when it stops, whenever that is", async () => {
  const { root, sink, watcher } = await watching();
  for (let i = 0; i < 50; i++) await writeFile(path.join(root, `t${i}.tif`), "<x>");
  await pause(QUIET_MS + 20);
  await watcher.stop();
  const reports = sink.reports.length;
  await writeFile(path.join(root, "late.tif"), "<x>");
  await pause(3 * QUIET_MS);
  expect(sink.reports.length).toBe(reports);
  await watcher.stop();
  await watcher.start();
  await pause(50);
  expect(sink.reports.length).toBe(reports);
});
