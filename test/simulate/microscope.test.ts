import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { simulate, type WrittenFrame } from "../../src/simulate/microscope.js";
import { WRITE_MODES } from "../../src/simulate/write-plan.js";
import { checkContainer } from "../../src/watch/containers/index.js";
import { realWatch, until } from "../watch/support/real-watch.js";
import { tiffWithIfdLast } from "./tiny-tiff.js";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

it.each(WRITE_MODES)("%s: every frame settles once, complete, with the bytes that were given", async (mode) => {
  const { root, sink, watcher } = await realWatch({ quietMs: 250 }, { check: checkContainer });
  await watcher.start();
  const frames = [40, 41, 42].map((width, i) => ({
    name: `run/t00${i + 1}xy1c1.tif`,
    bytes: tiffWithIfdLast(width, 30),
  }));
  const written: WrittenFrame[] = [];
  const onWritten = (frame: WrittenFrame) => written.push(frame);
  expect(await simulate({ frames, target: root, intervalMs: 250, writeMs: 200, mode, onWritten })).toBe(3);
  await until(() => sink.settledPaths().length === 3);
  await watcher.stop();
  for (const { name, bytes } of frames) {
    const file = path.join(root, name);
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
    expect(sink.kinds(file)).toEqual(["seen", "settled"]);
    const report = sink.last(file);
    const { writtenAtMs } = written.find((frame) => frame.path === file)!;
    if (report?.kind !== "settled") throw new Error("not settled");
    expect(report.file).toMatchObject({ sha256: sha256(bytes), size: bytes.length, type: "tiff", pages: 1 });
    expect(report.file.settledAtMs - writtenAtMs).toBeGreaterThan(200);
    expect(report.file.settledAtMs - writtenAtMs).toBeLessThan(1000);
  }
  expect(await readdir(path.join(root, "run"))).toHaveLength(3);
  await rm(root, { recursive: true });
});

it("takes frames as they come and, when stopped, finishes the one it is writing", async () => {
  const { root } = await realWatch();
  const abort = new AbortController();
  const bytes = tiffWithIfdLast(20, 20);
  async function* frames() {
    for (let i = 0; ; i++) {
      if (i === 2) setTimeout(() => abort.abort(), 10);
      yield { name: `t${i}.tif`, bytes };
    }
  }
  const begun = performance.now();
  const signal = abort.signal;
  expect(await simulate({ frames: frames(), target: root, intervalMs: 20, writeMs: 50, mode: "nis", signal })).toBe(3);
  expect(performance.now() - begun).toBeLessThan(1000);
  for (let i = 0; i < 3; i++) expect(new Uint8Array(await readFile(path.join(root, `t${i}.tif`)))).toEqual(bytes);
  await rm(root, { recursive: true });
});
