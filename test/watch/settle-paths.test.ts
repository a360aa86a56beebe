import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLog } from "../../src/log/log.js";
import { systemClock } from "../../src/system/clock.js";
import { systemFileSystem } from "../../src/system/file-system.js";
import { settlePaths } from "../../src/watch/settle-paths.js";
import { MemorySink } from "./support/memory-sink.js";
import { pause } from "./support/real-watch.js";
import { stubCheck } from "./support/stub-check.js";

let folder: string;
let sink: MemorySink;
const options = { include: ["**/*.tif"], exclude: [], polling: false, quietMs: 100, staleMs: 300 };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "paths-"));
  sink = new MemorySink();
});
afterEach(() => rm(folder, { recursive: true }));

const settle = (paths: string[], signal?: AbortSignal) =>
  settlePaths(
    paths,
    options,
    { clock: systemClock, fs: systemFileSystem, sink, log: silentLog, check: stubCheck },
    signal,
  );

async function put(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

it("brings every file in folders, and every given file whatever its name, to its end", async () => {
  const good = await put("run/sub/a.tif", "<x>");
  const cut = await put("run/cut.tif", "<x");
  const empty = await put("run/empty.tif", "");
  const other = await put("notes.txt", "?");
  await put("run/notes.txt", "?");
  await mkdir(path.join(folder, "run", "folder.tif"));
  const found = await settle([path.join(folder, "run"), other, path.join(folder, "nowhere.tif")]);
  expect(sink.kinds(good)).toEqual(["seen", "settled"]);
  expect(sink.kinds(cut)).toEqual(["seen", "RF_INCOMPLETE"]);
  expect(sink.kinds(empty)).toEqual(["seen", "RF_ZERO_BYTES"]);
  expect(sink.kinds(other)).toEqual(["seen", "RF_UNSUPPORTED_TYPE"]);
  expect(sink.kinds(path.join(folder, "run", "folder.tif"))).toEqual(["seen", "RF_NOT_A_FILE"]);
  expect(found).toMatchObject({
    missing: [path.join(folder, "nowhere.tif")],
    ignored: { "(not included)": 1 },
    unreadableFolders: [],
  });
  expect(found.files).toHaveLength(5);
});

it("does not wait at all for files that are old", async () => {
  for (let i = 0; i < 200; i++) await put(`t${i}.tif`, i % 2 ? "<x>" : "<x");
  await pause(options.staleMs);
  const begun = performance.now();
  await settle([folder]);
  expect(sink.reports.filter(({ kind }) => kind === "settled")).toHaveLength(100);
  expect(sink.reports.filter(({ kind }) => kind === "rejected")).toHaveLength(100);
  expect(performance.now() - begun).toBeLessThan(1500);
});

it("says nothing about files that are known and unchanged", async () => {
  const file = await put("a.tif", "<x>");
  await settle([file]);
  sink.reports.length = 0;
  expect(await settle([file, folder])).toMatchObject({ files: [file] });
  expect(sink.reports).toEqual([]);
});

it("ends at once when there is nothing to do, and when it is told to", async () => {
  await settle([]);
  await settle([folder]);
  await put("cut.tif", "<x");
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 20);
  const begun = performance.now();
  await settle([folder], abort.signal);
  expect(performance.now() - begun).toBeLessThan(200);
  await settle([folder], AbortSignal.abort());
});

describe.skipIf(process.getuid?.() === 0)("without permission", () => {
  it("rejects a file that cannot be read", async () => {
    const file = await put("a.tif", "<x>");
    await chmod(file, 0);
    await settle([file]);
    expect(sink.kinds(file)).toEqual(["seen", "RF_UNREADABLE"]);
  });
});
