import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { silentLog } from "../../src/log/log.js";
import { simulate } from "../../src/simulate/microscope.js";
import { systemClock } from "../../src/system/clock.js";
import { systemFileSystem } from "../../src/system/file-system.js";
import { checkContainer } from "../../src/watch/containers/index.js";
import { settlePaths } from "../../src/watch/settle-paths.js";
import { dataFolder } from "../support/data.js";
import { MemorySink } from "./support/memory-sink.js";
import { realWatch, until } from "./support/real-watch.js";

const folder = path.join(dataFolder ?? "", "formats", "nis-tif");

describe.skipIf(dataFolder === undefined)("files that NIS-Elements wrote", () => {
  async function settleAll(): Promise<MemorySink> {
    const sink = new MemorySink();
    const options = { include: ["**/*.tif"], exclude: [], polling: false, quietMs: 100, staleMs: 200 };
    const deps = { clock: systemClock, fs: systemFileSystem, sink, log: silentLog, check: checkContainer };
    await settlePaths([folder], options, deps);
    return sink;
  }

  it("settle, every one", async () => {
    const { reports } = await settleAll();
    const ends = reports.filter(({ kind }) => kind !== "seen");
    expect(ends.length).toBeGreaterThan(0);
    for (const end of ends) expect(end).toMatchObject({ kind: "settled", file: { type: "tiff", pages: 1 } });
  });

  it("settle once and whole when they are written as NIS-Elements writes them", async () => {
    const { root, sink, watcher } = await realWatch({ quietMs: 200 }, { check: checkContainer });
    const sources = (await settleAll()).settledPaths().slice(0, 3);
    const frames = sources.map((file) => ({ name: path.basename(file), bytes: readFileSync(file) }));
    await watcher.start();
    await simulate({ frames, target: root, intervalMs: 150, writeMs: 300, mode: "nis" });
    await until(() => sink.settledPaths().length === frames.length);
    await watcher.stop();
    for (const { name, bytes } of frames) {
      const written = path.join(root, name);
      expect(sink.kinds(written)).toEqual(["seen", "settled"]);
      expect(readFileSync(written).equals(bytes)).toBe(true);
    }
    await rm(root, { recursive: true });
  });
});
