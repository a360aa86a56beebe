// Does to the built daemon what a laboratory does to it, and audits what is left: npm run faults.
// Prints a table; exit code 1 when anything was lost, doubled, altered, or is in a wrong state.
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../../src/train/random.js";
import { type Amounts, PRESETS, plan } from "./plan.js";
import { playRound, type RoundResult, type Scenario } from "./round.js";
import { dieAt } from "./scenarios/steps.js";
import { table, totals } from "./table.js";

const amounts = Object.keys(PRESETS.usual) as (keyof Amounts)[];
const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    /** Every kind, for CI. */
    short: { type: "boolean", default: false },
    /** Every kind, with 200 kills and 50,000 frames. */
    full: { type: "boolean", default: false },
    /** One kill at each step of a frame's way, in each process. */
    steps: { type: "boolean", default: false },
    out: { type: "string" },
    ...(Object.fromEntries(amounts.map((name) => [name, { type: "string" }])) as Record<
      keyof Amounts,
      { type: "string" }
    >),
  },
});

const seed = Number(options.seed);
const preset: Amounts = options.full ? PRESETS.full : options.short ? PRESETS.short : PRESETS.usual;
const given = amounts.flatMap((name) => (options[name] === undefined ? [] : [[name, Number(options[name])]]));
const wanted: Amounts = { ...preset, ...Object.fromEntries(given) };
/** Findings of one round that are told in full. */
const TOLD = 8;
// Through "exit", where daemons are ended and disks are unmounted.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const begun = performance.now();
const results: RoundResult[] = [];
let begunRounds = 0;

function say(line: string): void {
  const seconds = Math.round((performance.now() - begun) / 1000);
  process.stdout.write(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}  ${line}\n`);
}

async function play(scenario: Scenario): Promise<RoundResult> {
  const result = await playRound(scenario, createRandom(seed * 1000 + begunRounds++), say);
  results.push(result);
  const { name, frames, kills, seconds, skipped, findings, evidence } = result;
  if (skipped !== undefined) {
    say(`${name}: NOT PLAYED: ${skipped}`);
    return result;
  }
  const verdict = findings.length === 0 ? "all right" : `${findings.length} findings`;
  const pace = `${(frames / seconds).toFixed(1)} frames/s`;
  say(`${name}: ${frames} frames, ${kills} kills, ${seconds.toFixed(0)} s, ${pace}: ${verdict}`);
  for (const { kind, path, what } of findings.slice(0, TOLD)) say(`  ${kind}: ${JSON.stringify(path)}: ${what}`);
  if (evidence) say(`  evidence: ${evidence}`);
  return result;
}

/** So many at a time: most rounds wait more than they work. */
async function playAll(scenarios: readonly Scenario[]): Promise<RoundResult[]> {
  const left = [...scenarios];
  const played: RoundResult[] = [];
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) played.push(await play(next));
  };
  await Promise.all(Array.from({ length: Math.max(1, wanted.lanes) }, lane));
  return played;
}

/** Until a step is not reached any more: then every one of them was the last thing the process did. */
async function playSteps(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "refocusd-steps-"));
  for (const where of ["worker", "supervisor"] as const) {
    const mark = (step: number) => join(folder, `${where}-${step}`);
    for (let first = 1; first === 1 || existsSync(mark(first - 1)); first += wanted.lanes) {
      const steps = Array.from({ length: wanted.lanes }, (_, k) => first + k);
      await playAll(steps.map((step) => dieAt(where, step, mark(step))));
      for (const step of steps.filter((step) => existsSync(mark(step))))
        say(`  ${where} died at step ${step}: ${readFileSync(mark(step), "utf8")}`);
    }
  }
  await rm(folder, { recursive: true, force: true });
}

await playAll(plan(wanted));
if (options.steps || options.full) await playSteps();

const sum = totals(results);
say(`${(sum.frames / ((performance.now() - begun) / 1000)).toFixed(1)} frames/s in all`);
process.stdout.write(`\n${table(sum, seed).join("\n")}\n`);
if (options.out) {
  await mkdir(dirname(options.out), { recursive: true });
  await writeFile(options.out, `${JSON.stringify({ seed, ...sum }, null, 1)}\n`);
}
process.exitCode = results.some(({ findings }) => findings.length > 0) ? 1 : 0;
