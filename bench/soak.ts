// A long run of the built daemon at a steady rate, with its memory: npm run bench:soak -- --minutes 60 --rate 2
// One line each minute; bench/results/soak.csv grows as it goes, soak.json is written at the end, also when it is interrupted.
import { appendFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import BetterSqlite3 from "better-sqlite3";
import { systemFreeBytes } from "../src/system/disk-space.js";
import { startMeasured } from "./service/daemon.js";
import { residentOf } from "./service/processes.js";
import { DEFOCUSED_EVERY, soakFrames } from "./service/soak-frames.js";
import { type Sample, soakMemory, soakTable } from "./service/soak-summary.js";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    /** Frames per second. */
    rate: { type: "string", default: "2" },
    /** Side of the frames, px. */
    size: { type: "string", default: "512" },
    out: { type: "string", default: "bench/results/soak.json" },
    work: { type: "string", default: join(tmpdir(), "refocusd-bench") },
  },
});
const [minutes, rate, size] = [Number(options.minutes), Number(options.rate), Number(options.size)];
const SAMPLE_MS = 10_000;
const GROWTH_GOAL = 5;

const say = (line: string) => process.stdout.write(`${line}\n`);
const frames = Math.round(minutes * 60 * rate);
const bytes = Math.round(frames * (1 + 1 / DEFOCUSED_EVERY) * 2 * size * size);
await mkdir(options.work, { recursive: true });
const free = await systemFreeBytes(options.work);
say(`${frames} frames of ${size} × ${size}: ${(bytes / 1e9).toFixed(1)} GB in ${options.work} while it runs`);
if (free < bytes + 3e9) throw new Error(`only ${(free / 1e9).toFixed(1)} GB are free there`);

const makeFrame = await soakFrames(options.work, size, frames, say);
const run = await mkdtemp(join(options.work, "soak-"));
const csv = resolve(options.out).replace(/(\.json)?$/, ".csv");
await mkdir(dirname(csv), { recursive: true });
await writeFile(csv, "seconds,written,done,reconstructed,supervisor_mib,workers_mib\n");
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

const daemon = await startMeasured(run);
const ledger = new BetterSqlite3(daemon.ledger, { readonly: true });
const doneQuery = ledger.prepare("SELECT count(*) FROM frames WHERE state = 'done'").pluck();
const reconstructedQuery = ledger.prepare("SELECT count(*) FROM reconstructions").pluck();
const samples: Sample[] = [];
const loads: number[] = [];
let written = 0;
try {
  const begun = performance.now();
  const elapsed = () => performance.now() - begun;
  const sample = () => {
    const now: Sample = {
      seconds: Math.round(elapsed() / 1000),
      written,
      done: doneQuery.get() as number,
      reconstructed: reconstructedQuery.get() as number,
      ...residentOf(daemon.pid),
    };
    samples.push(now);
    loads.push(loadavg()[0]!);
    const { seconds, done, reconstructed, supervisor, workers } = now;
    appendFileSync(
      csv,
      `${[seconds, written, done, reconstructed, supervisor.toFixed(1), workers.toFixed(1)].join(",")}\n`,
    );
    if (samples.length % 6 === 1)
      say(
        `${Math.round(seconds / 60)} min: ${written} written, ${done} done, ${reconstructed} reconstructed; supervisor ${Math.round(supervisor)}, workers ${Math.round(workers)} MiB`,
      );
  };
  const writing = write(elapsed);
  for (let k = 0; elapsed() < minutes * 60_000 && !stopping.signal.aborted; k++) {
    if (daemon.hasEnded()) throw new Error(`the daemon has ended; see ${run}`);
    sample();
    await pause(Math.min((k + 1) * SAMPLE_MS, minutes * 60_000) - elapsed());
  }
  sample();
  await writing;
  const behind = written - samples.at(-1)!.done;
  // What is still in hand or settling must not be taken for lost.
  for (let k = 0; k < 120 && (doneQuery.get() as number) < written && !daemon.hasEnded(); k++) await sleep(1000);
  const done = doneQuery.get() as number;
  const lost = written - (ledger.prepare("SELECT count(*) FROM frames WHERE is_current = 1").pluck().get() as number);
  const memory = soakMemory(samples);
  const result = {
    machine: { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: availableParallelism(), node: process.version },
    /** Other work on the machine shows here; the soak itself is about one core. */
    load: { mean: mean(loads), most: Number(Math.max(...loads).toFixed(1)) },
    minutes: Number((elapsed() / 60_000).toFixed(1)),
    ...{ rate, size, interrupted: stopping.signal.aborted, written, done, lost, behindAtTheEnd: behind },
    reconstructed: reconstructedQuery.get() as number,
    memoryMiB: memory,
  };
  await writeFile(options.out, `${JSON.stringify(result, null, 2)}\n`);
  say(`\n${result.minutes} min at ${rate} frames/s of ${size} × ${size}, load ${result.load.mean}`);
  say(
    `${written} frames written, ${done} judged, ${result.reconstructed} reconstructed, ${behind} behind at the end, ${lost} lost\n`,
  );
  say(soakTable(memory, GROWTH_GOAL));
  if (lost !== 0) process.exitCode = 1;
} finally {
  ledger.close();
  await daemon.stop();
  await rm(run, { recursive: true, force: true });
}

/** Writes at the given rate; after a delay it catches up, as a microscope's buffer does. */
async function write(elapsed: () => number): Promise<void> {
  while (written < frames && !stopping.signal.aborted && !daemon.hasEnded()) {
    await pause((written * 1000) / rate - elapsed());
    if (stopping.signal.aborted) return;
    const { name, bytes } = makeFrame(written);
    await writeFile(join(daemon.incoming, name), bytes);
    written++;
  }
}

async function pause(ms: number): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
}

function mean(values: readonly number[]): number {
  return Number((values.reduce((a, b) => a + b, 0) / values.length).toFixed(1));
}
