import type { Scenario } from "./round.js";
import { bursts } from "./scenarios/bursts.js";
import { clockJumps } from "./scenarios/clock-jumps.js";
import { folderVanishes } from "./scenarios/folder-vanishes.js";
import { killsAtRandom } from "./scenarios/kills.js";
import { ledgerDiskFull } from "./scenarios/ledger-disk.js";
import { outputDiskFull, outputReadOnly } from "./scenarios/output-disk.js";
import { permissions } from "./scenarios/permissions.js";
import { poison } from "./scenarios/poison.js";
import { twoDaemons } from "./scenarios/two-daemons.js";

/** How much of everything; 0 leaves a kind out. */
export interface Amounts {
  /** Rounds of kills at random, with frames and kills of each. */
  readonly rounds: number;
  readonly frames: number;
  readonly kills: number;
  readonly burst: number;
  /** New nested folders, filled at once. */
  readonly folders: number;
  /** Files of another burst, while whose backlog is worked off there are so many kills. */
  readonly backlog: number;
  readonly backlogKills: number;
  readonly vanish: number;
  readonly poison: number;
  /** Rounds with a full or read-only disk for outputs; frames before, while and after. */
  readonly output: number;
  /** How often the ledger's disk is filled in one round. */
  readonly ledger: number;
  readonly permissions: number;
  readonly clock: number;
  /** Second daemons. */
  readonly second: number;
  /** Rounds played at the same time. */
  readonly lanes: number;
}

export const PRESETS = {
  usual: {
    ...{ rounds: 1, frames: 150, kills: 8, burst: 1000, folders: 50, backlog: 0, backlogKills: 0, vanish: 2 },
    ...{ poison: 1, output: 1, ledger: 2, permissions: 1, clock: 1, second: 4, lanes: 1 },
  },
  /** For CI: under three minutes on two cores. */
  short: {
    ...{ rounds: 1, frames: 80, kills: 5, burst: 300, folders: 30, backlog: 0, backlogKills: 0, vanish: 1 },
    ...{ poison: 1, output: 1, ledger: 1, permissions: 1, clock: 1, second: 2, lanes: 3 },
  },
  /** 200 kills and more, 50,000 frames and more, every kind. */
  full: {
    ...{ rounds: 8, frames: 1800, kills: 20, burst: 20_000, folders: 500, backlog: 14_000, backlogKills: 50 },
    ...{ vanish: 6, poison: 3, output: 3, ledger: 6, permissions: 2, clock: 2, second: 12, lanes: 2 },
  },
} satisfies Record<string, Amounts>;

/** The rounds of a run, the long ones first. */
export function plan(a: Amounts): Scenario[] {
  const times = (n: number, make: () => Scenario | Scenario[]) => Array.from({ length: n }, make).flat();
  return [
    ...times(a.rounds, () => killsAtRandom(a.frames, a.kills)),
    ...times(a.burst > 0 ? 1 : 0, () => bursts(a.burst, a.folders)),
    ...times(a.backlog > 0 ? 1 : 0, () => bursts(a.backlog, 0, a.backlogKills)),
    ...times(a.clock, () => clockJumps(30)),
    ...times(a.permissions, () => permissions(40)),
    ...times(a.poison, () => poison),
    ...times(a.output, () => [outputDiskFull(15, false), outputDiskFull(15, true), outputReadOnly(15)]),
    ...times(a.ledger > 0 ? 1 : 0, () => ledgerDiskFull(a.ledger, 12)),
    ...times(a.vanish > 0 ? 1 : 0, () => folderVanishes(a.vanish)),
    ...times(a.second > 0 ? 1 : 0, () => twoDaemons(a.second)),
  ];
}
