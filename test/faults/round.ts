import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../src/train/random.js";
import { audit } from "./audit.js";
import { auditChain } from "./audit-chain.js";
import { MovedClock } from "./clock.js";
import { DaemonUnderTest } from "./daemon.js";
import { progress, readDisk, readRows, soundness } from "./evidence.js";
import type { Expectation, Finding } from "./expectation.js";
import { makePlace, type Place, type PlaceOptions } from "./place.js";

export interface RoundResult {
  readonly name: string;
  readonly frames: number;
  /** By kind of writer and of fault. */
  readonly faults: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly seconds: number;
  /** Why it was not played, if so. */
  readonly skipped?: string;
  readonly findings: readonly Finding[];
  /** Where the evidence was kept, if anything was found. */
  readonly evidence?: string;
}

/** What happens in a round: it writes frames and does harm, and says what must be true afterwards. */
export interface Scenario {
  readonly name: string;
  readonly workers: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** It ends itself once, at a moment that the scenario does not see; then it is started again, as systemd does it. */
  readonly diesOnce?: true;
  /** For supervisor and workers. */
  readonly nodeOptions?: string;
  readonly settings?: PlaceOptions["settings"];
  readonly disks?: PlaceOptions["disks"];
  /** As whom the daemon runs, and who owns its folders. */
  readonly user?: number;
  /** What the daemon's clock shows at its start, and where it hangs. */
  readonly clock?: { readonly start: string; readonly zone: string };
  /** Why this machine cannot play it, if so: then it is skipped, and said. */
  readonly obstacle?: () => string | undefined;
  act(stage: Stage): Promise<readonly Expectation[]>;
  /** What else must be true, once the daemon has ended. */
  check?(stage: Stage): Promise<readonly Finding[]> | readonly Finding[];
}

export interface Stage {
  readonly place: Place;
  readonly daemon: DaemonUnderTest;
  readonly random: Random;
  readonly clock: MovedClock;
  /** Counts a fault for the table. */
  readonly fault: (kind: string, times?: number) => void;
  /** What the scenario itself sees go wrong. */
  readonly find: (finding: Finding) => void;
}

/** After everything was written: so long may the daemon take without getting on until it rests. */
const REST_MS = 180_000;
const TELL_EVERY_MS = 30_000;

/** One round: a fresh place, the built daemon, a scenario, then the audit once the daemon has come to rest and ended in order. */
export async function playRound(scenario: Scenario, random: Random, say: (line: string) => void): Promise<RoundResult> {
  const { name } = scenario;
  const skipped = scenario.obstacle?.();
  if (skipped !== undefined) return { name, frames: 0, faults: {}, kills: 0, seconds: 0, skipped, findings: [] };
  const begun = performance.now();
  const { environment, nodeOptions, user } = scenario;
  const { workers, settings, disks } = scenario;
  const place = makePlace({
    workers,
    ...(settings !== undefined && { settings }),
    ...(disks !== undefined && { disks }),
    ...(user !== undefined && { owner: user }),
  });
  const clock = new MovedClock(join(place.folder, "clock"));
  if (scenario.clock) clock.setTo(scenario.clock.start);
  const daemon = new DaemonUnderTest(place.folder, {
    environment: { ...environment, ...(scenario.clock && { REFOCUSD_CLOCK: clock.file, TZ: scenario.clock.zone }) },
    ...(nodeOptions !== undefined && { nodeOptions }),
    ...(user !== undefined && { user }),
  });
  const faults: Record<string, number> = {};
  const fault = (kind: string, times = 1) => {
    faults[kind] = (faults[kind] ?? 0) + times;
  };
  const findings: Finding[] = [];
  const stage = { place, daemon, random, clock, fault, find: (finding: Finding) => void findings.push(finding) };
  say(`${name}: begins in ${place.folder}`);
  const teller = setInterval(() => {
    const { rows, unfinished } = progress(place.ledger);
    say(`${name}: ${rows} frames, ${unfinished} to go`);
  }, TELL_EVERY_MS);
  await daemon.start();
  const expected = await scenario.act(stage);
  if (!daemon.isRunning) await daemon.start();
  const revive = async () => {
    if (scenario.diesOnce && !daemon.isRunning) await daemon.start();
  };
  const rested = await rest(place, expected.length, revive);
  clearInterval(teller);
  if (!rested)
    findings.push({ kind: "lost", path: place.source, what: `neither at rest nor getting on for ${REST_MS / 1000} s` });
  let code = await daemon.stop();
  if (code === "SIGKILL" && scenario.diesOnce) {
    await rest(place, expected.length, revive);
    code = await daemon.stop();
  }
  if (code !== 0) findings.push({ kind: "wrong state", path: place.folder, what: `ended with ${code}` });
  findings.push(...soundness(place.ledger), ...(await auditChain(place)));
  findings.push(...audit(expected, readRows(place.ledger), await readDisk(place.source), await readDisk(place.output)));
  findings.push(...((await scenario.check?.(stage)) ?? []));
  for (const disk of Object.values(place.disks)) {
    // The disk goes with the harness, the evidence stays.
    if (findings.length > 0) await cp(disk.folder, `${disk.folder} as found`, { recursive: true });
    disk.remove();
  }
  if (findings.length === 0) await rm(place.folder, { recursive: true, force: true });
  return {
    name,
    frames: expected.reduce((sum, { pages }) => sum + pages, 0),
    faults,
    kills: daemon.kills,
    seconds: (performance.now() - begun) / 1000,
    findings,
    ...(findings.length > 0 && { evidence: `${place.folder}\n${daemon.lastWords}` }),
  };
}

/** At rest: nothing unfinished in three looks in a row, over two sweeps. */
async function rest(place: Place, files: number, look: () => Promise<void>): Promise<boolean> {
  let giveUp = performance.now() + REST_MS;
  let calm = 0;
  let before = "";
  while (performance.now() < giveUp) {
    await sleep(1500);
    await look();
    const { unfinished, rows } = progress(place.ledger);
    if (before !== `${unfinished} ${rows}`) giveUp = performance.now() + REST_MS;
    before = `${unfinished} ${rows}`;
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
