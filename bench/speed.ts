// How fast the built daemon is, and how much memory it takes: npm run bench:speed.
// Frames are rendered by the phantom at the first run (some minutes) and kept in $TMPDIR/refocusd-bench. Prints tables and writes
// bench/results/speed.json.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { percentiles } from "../src/report/percentiles.js";
import { benchFrames, DEFOCUSED, FRAMES, SIDE } from "./speed/frames.js";
import { measureLatency } from "./speed/latency.js";
import { measurePaperRun } from "./speed/paper.js";

const { values: options } = parseArgs({
  options: {
    models: { type: "string" },
    out: { type: "string", default: "bench/results/speed.json" },
    work: { type: "string", default: join(tmpdir(), "refocusd-bench") },
    /** Frames whose latency is measured, and runs of the paper's demonstration. */
    frames: { type: "string", default: "60" },
    runs: { type: "string", default: "3" },
    /** Renders the frames and ends. */
    prepare: { type: "boolean", default: false },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const main = resolve("dist/cli/main.js");
const models = options.models === undefined ? undefined : resolve(options.models);
await mkdir(options.work, { recursive: true });
const frames = await benchFrames(options.work, say);
if (options.prepare) process.exit(0);

const busy = loadavg()[0]!;
if (busy > 0.5) say(`The machine is busy (load ${busy.toFixed(1)}): the figures will be too high.`);
const run = await mkdtemp(join(options.work, "run-"));
try {
  // Frames out of focus take their reconstruction on top, so they are told apart.
  const single = frames.slice(0, Number(options.frames));
  const latency = await measureLatency(main, single, join(run, "daemon"), models);
  const papers = [];
  for (let k = 0; k < Number(options.runs); k++)
    papers.push(await measurePaperRun(main, frames, join(run, `paper-${k}`), models));
  const result = {
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      loadBefore: busy,
    },
    engine: latency.engine,
    frame: `${SIDE} × ${SIDE}, 16-bit mono`,
    latency: {
      frames: single.length,
      verdicts: latency.verdicts,
      verdictMs: rounded(latency.verdictMs),
      reconstructedMs: rounded(latency.reconstructedMs),
      wholeMs: rounded(latency.wholeMs),
      stepsMs: Object.fromEntries(Object.entries(latency.steps).map(([step, ms]) => [step, rounded(ms)])),
    },
    paper: papers,
    memoryMiB: {
      supervisor: Math.round(Math.max(latency.peak.supervisor, ...papers.map(({ peak }) => peak.supervisor))),
      worker: Math.round(Math.max(latency.peak.worker, ...papers.map(({ peak }) => peak.worker))),
    },
  };
  await mkdir(dirname(resolve(options.out)), { recursive: true });
  await writeFile(options.out, `${JSON.stringify(result, null, 2)}\n`);
  say(markdown(result));
} finally {
  await rm(run, { recursive: true, force: true });
}

function rounded(values: readonly number[]): { p50: number; p95: number; max: number } {
  const p = percentiles(values);
  return { p50: Math.round(p?.p50 ?? 0), p95: Math.round(p?.p95 ?? 0), max: Math.round(p?.max ?? 0) };
}

interface Result {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string };
  readonly engine: string;
  readonly latency: {
    readonly frames: number;
    readonly verdictMs: ReturnType<typeof rounded>;
    readonly reconstructedMs: ReturnType<typeof rounded>;
    readonly wholeMs: ReturnType<typeof rounded>;
    readonly stepsMs: Readonly<Record<string, ReturnType<typeof rounded>>>;
  };
  readonly paper: readonly { readonly seconds: number; readonly right: number; readonly reconstructed: number }[];
  readonly memoryMiB: { readonly supervisor: number; readonly worker: number };
}

function markdown({ machine, engine, latency, paper, memoryMiB }: Result): string {
  const { verdictMs, reconstructedMs, wholeMs, stepsMs } = latency;
  const steps = Object.entries(stepsMs).map(([step, { p50 }]) => `${step} ${p50}`);
  const seconds = paper.map((run) => run.seconds.toFixed(1)).join(", ");
  const right = Math.min(...paper.map((run) => run.right));
  const reconstructed = Math.min(...paper.map((run) => run.reconstructed));
  return [
    "",
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; Node ${machine.node}; ${engine}`,
    "",
    "| figure | measured | to reach |",
    "|---|---|---|",
    `| file complete → verdict in the ledger, settling excluded, ${latency.frames} frames one at a time, p50 | ${verdictMs.p50} ms | < 400 ms |`,
    `| the same, p95 | ${verdictMs.p95} ms | < 800 ms |`,
    `| frames out of focus, with their reconstruction on the disk, p50 / max | ${reconstructedMs.p50} / ${reconstructedMs.max} ms | |`,
    `| last byte → verdict, with the default settling (1 s quiet), p50 / p95 | ${wholeMs.p50} / ${wholeMs.p95} ms | |`,
    `| of it in the worker, p50 | ${steps.join(", ")} ms | |`,
    ...(paper.length === 0
      ? []
      : [
          `| ${FRAMES} frames, ${DEFOCUSED} defocused, sorted and reconstructed, from a cold start | ${seconds} s | < 30 s |`,
          `| verdicts right in it | ${right} of ${FRAMES} | |`,
          `| reconstructed in it | ${reconstructed} of ${DEFOCUSED} | ${DEFOCUSED} |`,
        ]),
    `| resident memory at its peak: supervisor | ${memoryMiB.supervisor} MiB | < 150 MB |`,
    `| resident memory at its peak: worker | ${memoryMiB.worker} MiB | < 1.2 GB |`,
    "",
  ].join("\n");
}
