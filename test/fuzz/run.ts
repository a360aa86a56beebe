// Sends mutated files through the container check and through real worker processes: npm run fuzz -- [--count 10000] [--seed 1].
// Prints outcomes by code, the slowest file and memory. Exit code 1 when a worker died, a frame ran into its time limit, the container
// check threw or was slow, or a process took more memory than allowed; such files are kept in .tmp/fuzz.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { bufferAccess } from "../../src/frames/buffer-access.js";
import { imageTypeOf, MAGIC_BYTES } from "../../src/frames/image-type.js";
import { silentLog } from "../../src/log/log.js";
import type { WorkerJob } from "../../src/pipeline/messages.js";
import type { WorkerChannel } from "../../src/pipeline/worker-channel.js";
import { type JobOutcome, WorkerPool } from "../../src/pipeline/worker-pool.js";
import { systemClock } from "../../src/system/clock.js";
import { createRandom } from "../../src/train/random.js";
import { type ContainerCheck, checkContainer } from "../../src/watch/containers/index.js";
import { corpus } from "./corpus.js";
import { mutated } from "./mutate.js";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    /** Only files whose name has this in it, such as ND2. */
    only: { type: "string", default: "" },
    /** Time limit of a frame, seconds. */
    limit: { type: "string", default: "10" },
  },
});
/** The default of limits.maxMegapixels. */
const MAX_PIXELS = 64e6;
/** A worker with both networks in it takes 0.5 GB; a frame of 64 megapixels of 8 bytes as much again, twice where it is converted. */
const MAX_RSS_MB = 2048;
const MAX_CHECK_MS = 2000;

const evidence = join(".tmp", "fuzz");
const folder = mkdtempSync(join(tmpdir(), "refocusd-fuzz-"));
const seed = Number(options.seed);
const count = Number(options.count);
const samples = (await corpus()).filter(({ name }) => name.includes(options.only));
// The built worker, as it is installed.
const { forkWorker } = (await import(pathToFileURL("dist/pipeline/worker-channel.js").href)) as {
  forkWorker: (onText: (line: string) => void) => WorkerChannel;
};
const pool = new WorkerPool(
  {
    size: Number(options.workers),
    settings: {
      engine: { kind: "onnx", threads: 1 },
      models: "models",
      classifier: "sdcnn",
      reconstructor: "resunet-lite",
      version: "fuzz",
    },
    frameMs: () => Number(options.limit) * 1000,
  },
  { clock: systemClock, log: silentLog, fork: forkWorker },
);
await pool.start();
// Else the first files would wait for the second worker, and count as slow.
while (pool.status().some(({ state }) => state !== "idle")) await systemClock.sleep(50);

const outcomes = new Map<string, number>();
const checks = new Map<string, number>();
const slowest = { ms: 0, name: "" };
const slowestCheck = { ms: 0, name: "" };
const peakMb = { worker: 0, here: 0 };
let bad = 0;
let next = 0;
const started = performance.now();
await Promise.all(Array.from({ length: Number(options.workers) }, (_, lane) => work(lane)));
const seconds = (performance.now() - started) / 1000;
watchMemory();
await pool.stop();
rmSync(folder, { recursive: true, force: true });
report();

async function work(lane: number): Promise<void> {
  const path = join(folder, `${lane}.tif`);
  while (next < count) {
    const number = next++;
    // Each file from its own seed, so that one can be made again by itself.
    const random = createRandom(seed * 1_000_003 + number);
    const sample = random.pick(samples);
    const bytes = mutated(sample.bytes, random);
    const name = `${number} (${sample.name})`;
    const check = await checked(bytes, name);
    const type = imageTypeOf("x", bytes.subarray(0, MAGIC_BYTES)) ?? "tiff";
    const pages = check?.kind === "complete" ? check.pages : 1;
    writeFileSync(path, bytes);
    const began = performance.now();
    const outcome = await pool.run(
      jobFor(number, path, bytes, { type, pages, page: random.integer(0, Math.min(pages, 20) - 1) }),
    );
    const ms = performance.now() - began;
    if (ms > slowest.ms) Object.assign(slowest, { ms, name });
    const code = codeOf(outcome);
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    if (/WORKER|INTERNAL/.test(code))
      keep(number, bytes, `${name}: ${code}: ${outcome.kind === "failed" ? outcome.failure.detail : ""}`);
    if (number % 20 === 0) watchMemory();
  }
}

/** The daemon's own part: it looks at a file's structure before any worker does. */
async function checked(bytes: Buffer, name: string): Promise<ContainerCheck | undefined> {
  const began = performance.now();
  try {
    const check = await checkContainer(bufferAccess(bytes), "x.tif");
    checks.set(check.kind, (checks.get(check.kind) ?? 0) + 1);
    const ms = performance.now() - began;
    if (ms > slowestCheck.ms) Object.assign(slowestCheck, { ms, name });
    return check;
  } catch (error) {
    checks.set("threw", (checks.get("threw") ?? 0) + 1);
    keep(Number.parseInt(name, 10), bytes, `${name}: the container check threw ${String(error)}`);
    return undefined;
  }
}

function jobFor(id: number, path: string, bytes: Buffer, what: Pick<WorkerJob, "type" | "page" | "pages">): WorkerJob {
  return {
    ...{ id, path, ...what, output: join(folder, "output.tif"), reconstruct: "never" },
    sha256: createHash("sha256").update(bytes).digest("hex"),
    // Only ND2 files are known again by their stat.
    stat: { size: bytes.length, mtimeMs: 0, ctimeMs: 0 },
    thresholds: { focusedBelow: 0.3, defocusedAbove: 0.7 },
    holdToSource: false,
    lowTrustBelow: 0,
    maxPixels: MAX_PIXELS,
    writing: { compression: "deflate", description: "imagej", sidecar: false },
  };
}

function codeOf(outcome: JobOutcome): string {
  return outcome.kind === "done" ? `judged ${outcome.result.verdict}` : outcome.failure.code;
}

function keep(number: number, bytes: Buffer, what: string): void {
  bad++;
  mkdirSync(evidence, { recursive: true });
  writeFileSync(join(evidence, `seed${seed}-${number}.bin`), bytes);
  console.log(`kept: ${what}`);
}

/** The most that each process has ever held; Linux only. */
function watchMemory(): void {
  peakMb.here = process.resourceUsage().maxRSS / 1024;
  for (const { pid } of pool.status()) {
    try {
      const kb = Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
      peakMb.worker = Math.max(peakMb.worker, kb / 1024);
    } catch {
      // It has just ended, or there is no /proc.
    }
  }
}

function report(): void {
  const table = (head: string, rows: Iterable<readonly [string, string | number]>) => {
    console.log(`\n| ${head} | |\n|---|---|`);
    for (const [name, value] of rows) console.log(`| ${name} | ${value} |`);
  };
  const byCount = (map: Map<string, number>) => [...map].sort((a, b) => b[1] - a[1]);
  const failed = (code: string) => outcomes.get(code) ?? 0;
  const dead = failed("RF_WORKER_DIED");
  table(`outcome of ${count} files, seed ${seed}`, byCount(outcomes));
  table("container check", byCount(checks));
  table("", [
    ["files to mutate", samples.length],
    ["worker crashes", dead],
    ["time limit reached", failed("RF_WORKER_TIMEOUT")],
    ["slowest file", `${slowest.ms.toFixed(0)} ms: ${slowest.name}`],
    ["slowest container check", `${slowestCheck.ms.toFixed(1)} ms: ${slowestCheck.name}`],
    ["peak RSS of a worker", `${peakMb.worker.toFixed(0)} MB`],
    ["peak RSS of this process", `${peakMb.here.toFixed(0)} MB`],
    ["files per second", (count / seconds).toFixed(0)],
  ]);
  if (bad > 0 || peakMb.worker > MAX_RSS_MB || slowestCheck.ms > MAX_CHECK_MS) process.exitCode = 1;
}
