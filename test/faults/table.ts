import { KINDS_OF_LOSS, type KindOfLoss } from "./expectation.js";
import type { RoundResult } from "./round.js";

export interface Totals {
  readonly rounds: number;
  readonly frames: number;
  readonly kills: number;
  /** By what was not played here, with the reason. */
  readonly skipped: Readonly<Record<string, string>>;
  readonly losses: Readonly<Record<KindOfLoss, number>>;
  /** By fault or writer. */
  readonly faults: Readonly<Record<string, number>>;
}

export function totals(results: readonly RoundResult[]): Totals {
  const sum = (count: (result: RoundResult) => number) => results.reduce((n, result) => n + count(result), 0);
  const faults: Record<string, number> = {};
  for (const result of results)
    for (const [kind, times] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + times;
  const found = (kind: KindOfLoss) => sum(({ findings }) => findings.filter((one) => one.kind === kind).length);
  const played = results.filter(({ skipped }) => skipped === undefined);
  return {
    rounds: played.length,
    frames: sum(({ frames }) => frames),
    kills: sum(({ kills }) => kills),
    skipped: Object.fromEntries(
      results.flatMap(({ name, skipped }) => (skipped === undefined ? [] : [[name, skipped]])),
    ),
    losses: Object.fromEntries(KINDS_OF_LOSS.map((kind) => [kind, found(kind)])) as Record<KindOfLoss, number>,
    faults,
  };
}

/** As docs/reliability.md shows it. */
export function table({ rounds, frames, kills, skipped, losses, faults }: Totals, seed: number): string[] {
  return [
    "| rounds | frames | kills | seed | lost | duplicated | altered | wrong state |",
    "|---|---|---|---|---|---|---|---|",
    `| ${rounds} | ${frames} | ${kills} | ${seed} | ${KINDS_OF_LOSS.map((kind) => losses[kind]).join(" | ")} |`,
    "",
    "| fault or writer | times |",
    "|---|---|",
    ...Object.entries(faults)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, times]) => `| ${kind} | ${times} |`),
    ...Object.entries(skipped).map(([name, why]) => `| ${name} | not played: ${why} |`),
  ];
}
