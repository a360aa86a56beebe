import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../src/train/random.js";
import { audit } from "./audit.js";
import { DaemonUnderTest } from "./daemon.js";
import { progress, readDisk, readRows } from "./evidence.js";
import type { Expectation, Finding } from "./expectation.js";
import { makePlace, type Place } from "./place.js";

export interface RoundResult {
  readonly name: string;
  readonly frames: number;
  /** By kind of writer and of fault. */
  readonly faults: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly seconds: number;
  readonly findings: readonly Finding[];
  /** Where the evidence was kept, if anything was found. */
  readonly evidence?: string;
}

/** What happens in a round: it writes frames and does harm, and says what must be true afterwards. */
export interface Scenario {
  readonly name: string;
  readonly workers: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** For supervisor and workers. */
  readonly nodeOptions?: string;
  act(stage: Stage): Promise<readonly Expectation[]>;
}

export interface Stage {
  readonly place: Place;
  readonly daemon: DaemonUnderTest;
  readonly random: Random;
  /** Counts a fault for the table. */
  readonly fault: (kind: string, times?: number) => void;
}

/** After everything was written: so long may the daemon take until it rests. */
const REST_MS = 180_000;

/** One round: a fresh place, the built daemon, a scenario, then the audit once the daemon has come to rest and ended in order. */
export async function playRound(scenario: Scenario, random: Random): Promise<RoundResult> {
  const begun = performance.now();
  const place = makePlace(scenario.workers);
  const daemon = new DaemonUnderTest(place.folder, scenario.environment, scenario.nodeOptions);
  const faults: Record<string, number> = {};
  const fault = (kind: string, times = 1) => {
    faults[kind] = (faults[kind] ?? 0) + times;
  };
  const findings: Finding[] = [];
  await daemon.start();
  const expected = await scenario.act({ place, daemon, random, fault });
  if (!daemon.isRunning) await daemon.start();
  const rested = await rest(place, expected.length);
  if (!rested) findings.push({ kind: "lost", path: place.source, what: `not at rest after ${REST_MS / 1000} s` });
  const code = await daemon.stop();
  if (code !== 0) findings.push({ kind: "wrong state", path: place.folder, what: `ended with ${code}` });
  findings.push(...audit(expected, readRows(place.ledger), await readDisk(place.source), await readDisk(place.output)));
  if (findings.length === 0) await rm(place.folder, { recursive: true, force: true });
  return {
    name: scenario.name,
    frames: expected.reduce((sum, { pages }) => sum + pages, 0),
    faults,
    kills: daemon.kills,
    seconds: (performance.now() - begun) / 1000,
    findings,
    ...(findings.length > 0 && { evidence: `${place.folder}\n${daemon.lastWords}` }),
  };
}

/** At rest: nothing unfinished in three looks in a row, over two sweeps. */
async function rest(place: Place, files: number): Promise<boolean> {
  const giveUp = performance.now() + REST_MS;
  let calm = 0;
  while (performance.now() < giveUp) {
    await sleep(1500);
    const { unfinished, rows } = progress(place.ledger);
    // Deleted before they were seen, some files leave no row; an empty ledger is not rest.
    calm = unfinished === 0 && (rows > 0 || files === 0) ? calm + 1 : 0;
    if (calm >= 3) return true;
  }
  return false;
}

/** A folder of frames inside the place. */
export function folderOf(place: Place, random: Random): string {
  return random.chance(0.5)
    ? place.source
    : join(place.source, `run ${random.integer(1, 5)}`, `well ${random.integer(1, 3)}`);
}
