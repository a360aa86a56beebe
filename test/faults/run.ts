// Does to the built daemon what a laboratory does to it, and audits what is left: npm run faults.
// Prints a table; exit code 1 when anything was lost, doubled, altered, or is in a wrong state.
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../../src/train/random.js";
import { KINDS_OF_LOSS } from "./expectation.js";
import { playRound, type RoundResult, type Scenario } from "./round.js";
import { bursts, dieAt, folderVanishes, killsAtRandom, poison } from "./scenarios.js";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    /** Rounds of kills at random. */
    rounds: { type: "string", default: "1" },
    frames: { type: "string", default: "150" },
    kills: { type: "string", default: "8" },
    burst: { type: "string", default: "1000" },
    folders: { type: "string", default: "50" },
    vanish: { type: "string", default: "2" },
    /** One kill at each step of a frame's way, in each process. */
    steps: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

const seed = Number(options.seed);
const results: RoundResult[] = [];
const say = (line: string) => process.stdout.write(`${line}\n`);

async function play(scenario: Scenario): Promise<RoundResult> {
  const result = await playRound(scenario, createRandom(seed * 1000 + results.length));
  results.push(result);
  const verdict = result.findings.length === 0 ? "all right" : `${result.findings.length} findings`;
  say(`${result.name}: ${result.frames} frames, ${result.kills} kills, ${result.seconds.toFixed(0)} s: ${verdict}`);
  for (const { kind, path, what } of result.findings.slice(0, 20)) say(`  ${kind}: ${JSON.stringify(path)}: ${what}`);
  if (result.evidence) say(`  evidence: ${result.evidence}`);
  return result;
}

for (let round = 0; round < Number(options.rounds); round++) {
  await play(killsAtRandom(Number(options.frames), Number(options.kills)));
}
if (Number(options.burst) > 0) await play(bursts(Number(options.burst), Number(options.folders)));
if (Number(options.vanish) > 0) await play(folderVanishes(Number(options.vanish)));
await play(poison);
if (options.steps) await playSteps();

/** Until a step is not reached any more: then every one of them was the last thing the process did. */
async function playSteps(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "refocusd-steps-"));
  for (const where of ["worker", "supervisor"] as const) {
    for (let step = 1; ; step++) {
      const mark = join(folder, `${where}-${step}`);
      await play(dieAt(where, step, folder));
      if (!existsSync(mark)) break;
      say(`  died ${readFileSync(mark, "utf8")}`);
    }
  }
  await rm(folder, { recursive: true, force: true });
}

const kills = results.reduce((sum, { kills }) => sum + kills, 0);
const frames = results.reduce((sum, { frames }) => sum + frames, 0);
const faults: Record<string, number> = {};
for (const result of results) {
  for (const [kind, times] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + times;
}
const found = (kind: string) => results.flatMap(({ findings }) => findings).filter((one) => one.kind === kind).length;
const losses = Object.fromEntries(KINDS_OF_LOSS.map((kind) => [kind, found(kind)]));
say("");
say("| rounds | frames | kills | seed | lost | duplicated | altered | wrong state |");
say("|---|---|---|---|---|---|---|---|");
say(
  `| ${results.length} | ${frames} | ${kills} | ${seed} | ${KINDS_OF_LOSS.map((kind) => losses[kind]).join(" | ")} |`,
);
say("");
say("| fault or writer | times |");
say("|---|---|");
for (const [kind, times] of Object.entries(faults).sort()) say(`| ${kind} | ${times} |`);
if (options.out) {
  await mkdir(dirname(options.out), { recursive: true });
  await writeFile(
    options.out,
    `${JSON.stringify({ seed, rounds: results.length, frames, kills, losses, faults }, null, 1)}\n`,
  );
}
process.exitCode = results.some(({ findings }) => findings.length > 0) ? 1 : 0;
