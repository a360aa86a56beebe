// How the built daemon does as a service: start-up, idling, bursts, backlogs. npm run bench:service
// Prints a table and writes bench/results/service.json. --scale 0.1 tries it with a tenth of the files, --only picks parts.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { measureBacklog } from "./service/backlog.js";
import { measureBurst } from "./service/burst.js";
import { measureIdle, measureKnownStart } from "./service/known-files.js";

const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: "bench/results/service.json" },
    work: { type: "string", default: join(tmpdir(), "refocusd-bench") },
    scale: { type: "string", default: "1" },
    only: { type: "string", default: "start,idle,burst,backlog" },
    /** For how long an idle daemon is measured. */
    seconds: { type: "string", default: "60" },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const scaled = (files: number) => Math.max(1, Math.round(files * Number(options.scale)));
const seconds = Number(options.seconds);
const parts = new Set(options.only.split(","));

await mkdir(options.work, { recursive: true });
const run = await mkdtemp(join(options.work, "service-"));
const load = loadavg()[0]!;
if (load > 0.5) say(`The machine is busy (load ${load.toFixed(1)}): the figures will be too high.`);

/** Measures in a folder of its own, which is removed afterwards. */
async function measured<T>(
  part: string,
  name: string,
  measure: (folder: string) => Promise<T>,
): Promise<T | undefined> {
  if (!parts.has(part)) return undefined;
  say(`measuring: ${name}`);
  const folder = join(run, name.replaceAll(" ", "-"));
  const result = await measure(folder);
  await rm(folder, { recursive: true, force: true });
  say(`  ${JSON.stringify(result)}`);
  return result;
}

try {
  const none = await measured("start", "start with no files", (folder) => measureKnownStart(folder, 0));
  const known = await measured("start", "start with known files", (folder) =>
    measureKnownStart(folder, scaled(50_000)),
  );
  const idle = await measured("idle", "idle", (folder) => measureIdle(folder, scaled(20_000), seconds));
  const burst = await measured("burst", "burst", (folder) => measureBurst(folder, scaled(2_000)));
  const small = await measured("backlog", "small backlog", (folder) => measureBacklog(folder, 100, seconds));
  const large = await measured("backlog", "large backlog", (folder) =>
    measureBacklog(folder, scaled(100_000), seconds),
  );
  const machine = { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: availableParallelism(), node: process.version };
  const result = { machine, loadBefore: load, start: { none, known }, idle, burst, backlog: { small, large } };
  await mkdir(dirname(resolve(options.out)), { recursive: true });
  await writeFile(options.out, `${JSON.stringify(result, null, 2)}\n`);
  say(`\n${machine.cpu}, ${machine.cores} cores; Node ${machine.node}; load before ${load.toFixed(1)}\n`);
  say("| figure | measured | to reach |\n|---|---|---|");
  if (none && known) {
    say(
      `| start with ${known.files} known files: first complete scan | ${known.firstScanSeconds} s (none: ${none.firstScanSeconds} s) | < 10 s |`,
    );
    say(
      `| the supervisor's resident memory against a start with none | ${known.residentMiB - none.residentMiB} MiB more (${none.residentMiB} → ${known.residentMiB}) | ≤ 60 MB more |`,
    );
    say(`| frames processed by that start | ${known.processed} | 0 |`);
  }
  if (idle) {
    const both = (idle.supervisorPercent + idle.workersPercent).toFixed(1);
    say(
      `| idle with ${idle.files} known files, a scan each second, ${idle.seconds} s | ${both} % of a core (workers ${idle.workersPercent} %) | < 3 % |`,
    );
  }
  if (burst) {
    const { p50, p95, max } = burst.readyMs;
    say(
      `| burst of ${burst.files} files in ${burst.writingSeconds} s: close → ready, 1 s quiet, p50 / p95 / max | ${Math.round(p50)} / ${Math.round(p95)} / ${Math.round(max)} ms | p95 < 3000 ms |`,
    );
  }
  if (small && large) {
    say(
      `| the supervisor's resident memory, backlog of ${small.frames} / ${large.frames} | ${small.residentMiB} / ${large.residentMiB} MiB | bounded |`,
    );
    say(
      `| a new frame among ${large.frames}: ready → begun | ${large.live.waitedMs} ms; ${large.live.overtakenBy} others begun meanwhile | 0 or 1 others |`,
    );
  }
} finally {
  await rm(run, { recursive: true, force: true });
}
