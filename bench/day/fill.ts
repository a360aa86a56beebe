import { createHash } from "node:crypto";
import { link, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { encodeTiff } from "../../src/frames/tiff-writer.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import type { FrameJob, FrameResult } from "../../src/ledger/types.js";
import { nisName } from "../../src/train/phantom/nis-file.js";
import { createRandom } from "../../src/train/random.js";
import { renderFields, SIDE } from "../speed/frames.js";

export interface DayPlan {
  readonly positions: number;
  readonly times: number;
  /** Of all frames: how many are out of focus, and so reconstructed. */
  readonly defocusedEvery: number;
  /** Local midnight, ms since 1970 UTC. */
  readonly startMs: number;
}

/** Two real files that stand, by hard links, for all sources that were out of focus and all reconstructions. */
export interface StandIns {
  readonly source: { readonly path: string; readonly sha256: string };
  readonly made: { readonly path: string; readonly sha256: string };
}

const DAY_MS = 86_400_000;
const SEED = 7;

export async function writeStandIns(work: string, say: (line: string) => void): Promise<StandIns> {
  const fields = await renderFields(work, SIDE, say);
  const stand = async (name: string, k: number) => {
    const frame = { width: SIDE, height: SIDE, channels: 1, bitDepth: 16, data: fields[k]! } as const;
    const path = join(work, name);
    await writeFile(
      path,
      encodeTiff(frame, { description: "SIMULATED=true\n", software: "refocusd bench", pixelSizeUm: 0.65 }),
    );
    return {
      path,
      sha256: createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    };
  };
  return { source: await stand("stand-in-source.tif", 6), made: await stand("stand-in-made.tif", 2) };
}

/**
 * A day as the daemon would have written it down, through the ledger's own code: every position at every time point, some out of focus (drifting
 * in and out), some uncertain, a few blank, unreadable and missing.
 */
export async function fillDay(
  ledger: Ledger,
  folder: string,
  plan: DayPlan,
  { source, made }: StandIns,
): Promise<void> {
  const { positions, times, defocusedEvery, startMs } = plan;
  const root = join(folder, "export");
  const out = join(folder, "refocused");
  await mkdir(root, { recursive: true });
  await mkdir(out, { recursive: true });
  const random = createRandom(SEED);
  const intervalMs = DAY_MS / times;
  const defocused = new Set<string>();
  for (let time = 1; time <= times; time++) {
    const at = (position: number) => startMs + (time - 1) * intervalMs + position * (intervalMs / (positions + 1));
    const names = Array.from({ length: positions }, (_, i) => {
      const position = i + 1;
      const k = (time - 1) * positions + i;
      // Four time points of a position are missing in the middle of the day.
      const isMissing = position === 3 && time > times / 2 && time <= times / 2 + 4;
      const name = nisName("run", { position, time }, { positions, times });
      return { position, k, path: join(root, name), name, isMissing };
    }).filter(({ isMissing }) => !isMissing);
    for (const { path, name } of names) {
      if (random.between(0, 1) * defocusedEvery > 1) continue;
      defocused.add(path);
      await link(source.path, path);
      await link(made.path, join(out, name.replace(/\.tif$/, ".reconstructed.tif")));
    }
    const size = 5_171_904;
    ledger.batch(() => {
      for (const { path, position, k } of names) {
        const arrived = at(position);
        ledger.seen(root, path, arrived - 1500);
        if (k % 997 === 500) {
          ledger.rejected(
            root,
            path,
            { size: 1, mtimeMs: arrived, ctimeMs: arrived },
            "RF_INCOMPLETE",
            "strip 3 lies outside",
            arrived,
          );
          continue;
        }
        const sha256 = defocused.has(path) ? source.sha256 : createHash("sha256").update(path).digest("hex");
        const stat = { size, mtimeMs: arrived - 1200, ctimeMs: arrived - 1200 };
        const facts = {
          ...stat,
          sha256,
          type: "tiff",
          pages: 1,
          settledAtMs: arrived,
          lastChangeMs: arrived - 1200,
        } as const;
        const place = String(position).padStart(String(positions).length, "0");
        ledger.settled(
          root,
          { path, ...facts },
          { seriesKey: `|run||${place}|1|`, position: place, time, channel: "1" },
        );
      }
    });
    const jobs = ledger.takeReady(startMs + time * intervalMs, positions);
    ledger.batch(() => {
      for (const job of jobs) {
        const isDefocused = defocused.has(job.path);
        const acquiredMs = at(Number(job.position)) - startMs;
        ledger.finished(
          job.id,
          resultOf(job, isDefocused, acquiredMs, out, made.sha256, random.between(0, 1)),
          at(Number(job.position)) + 300 + (isDefocused ? 600 : 0),
        );
      }
    });
    await setImmediate();
  }
}

function resultOf(
  job: FrameJob,
  isDefocused: boolean,
  acquiredMs: number,
  out: string,
  sha256: string,
  u: number,
): FrameResult {
  const isBlank = !isDefocused && job.id % 401 === 0;
  const isUncertain = !isDefocused && !isBlank && job.id % 89 === 0;
  const p = isDefocused ? 0.7 + 0.3 * u : isUncertain ? 0.4 + 0.2 * u : 0.3 * u * u;
  const tile = (k: number) => Number(Math.min(1, p * (0.8 + 0.05 * k)).toFixed(4));
  const name = job.path.slice(job.path.lastIndexOf("/") + 1).replace(/\.tif$/, ".reconstructed.tif");
  const reconstruction = { path: join(out, name), sha256, size: 5_171_904, trust: null };
  return {
    verdict: isBlank ? "blank" : isDefocused ? "defocused" : isUncertain ? "uncertain" : "focused",
    pDefocused: isBlank ? null : p,
    focusMap: [0, 1, 2].map((row) => [0, 1, 2].map((column) => tile(row + column))),
    facts: {
      width: 1608,
      height: 1608,
      channels: 1,
      bitDepth: 16,
      pixelSizeUm: 0.65,
      acquiredMs,
      stageUm: { x: 1, y: 2, z: 3 + u },
    },
    thresholds: { focusedBelow: 0.35, defocusedAbove: 0.65 },
    scores: { structure: 0.5 },
    timings: { read: 12, decode: 20, classify: 110, ...(isDefocused && { reconstruct: 520, publish: 40 }) },
    classifier: { name: "sdcnn", version: "1.2.0", sha256: "c".repeat(64) },
    reconstructor: isDefocused ? { name: "resunet-lite", version: "1.1.0", sha256: "d".repeat(64) } : null,
    engine: { name: "onnx", version: "1.30.0", device: "cpu" },
    reconstruction: isDefocused ? reconstruction : null,
  };
}
