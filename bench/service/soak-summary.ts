import type { Resident } from "./processes.js";

export interface Sample extends Resident {
  /** Since the start of the soak. */
  readonly seconds: number;
  readonly written: number;
  readonly done: number;
  readonly reconstructed: number;
}

export interface Memory {
  /** MiB. */
  readonly supervisor: number;
  readonly workers: number;
  readonly both: number;
}

export interface SoakMemory {
  readonly start: Memory;
  /** After the time in which caches fill: 10 minutes, or a third of a shorter run. */
  readonly settled: Memory;
  readonly settledAfterMinutes: number;
  readonly middle: Memory;
  readonly end: Memory;
  /** From `settled` to `end`, per cent. */
  readonly growth: Memory;
}

/** A single sample falls before or after a garbage collection by chance: each figure is the median of so much time, or a tenth of the run. */
const WINDOW_SECONDS = 300;
const SETTLING_SECONDS = 600;

/** @param samples at least one, in order of time */
export function soakMemory(samples: readonly Sample[]): SoakMemory {
  const length = samples.at(-1)!.seconds;
  const window = Math.min(WINDOW_SECONDS, length / 10);
  const settledAt = Math.min(SETTLING_SECONDS, length / 3);
  const around = (from: number) =>
    median(
      samples.filter(({ seconds }) => seconds >= from - 1e-6 && seconds <= from + window + 1e-6),
      samples,
    );
  const settled = around(settledAt);
  const end = around(length - window);
  return {
    ...{ start: around(0), settled, settledAfterMinutes: settledAt / 60, middle: around((length - window) / 2), end },
    growth: {
      supervisor: growth(settled.supervisor, end.supervisor),
      workers: growth(settled.workers, end.workers),
      both: growth(settled.both, end.both),
    },
  };
}

function growth(from: number, to: number): number {
  return Number((100 * (to / from - 1)).toFixed(1));
}

function median(inWindow: readonly Sample[], all: readonly Sample[]): Memory {
  const samples = inWindow.length > 0 ? inWindow : all.slice(-1);
  const middle = (of: (sample: Sample) => number) =>
    Math.round(samples.map(of).toSorted((a, b) => a - b)[Math.floor(samples.length / 2)]!);
  return {
    supervisor: middle(({ supervisor }) => supervisor),
    workers: middle(({ workers }) => workers),
    both: middle(({ supervisor, workers }) => supervisor + workers),
  };
}

/** @param growthGoal per cent */
export function soakTable(
  { start, settled, settledAfterMinutes, middle, end, growth }: SoakMemory,
  growthGoal: number,
): string {
  const row = (what: string, { supervisor, workers, both }: Memory, unit: string, goal = "") =>
    `| ${what} | ${supervisor} ${unit} | ${workers} ${unit} | ${both} ${unit} | ${goal} |`;
  return [
    "| resident memory | supervisor | workers | both | to reach |",
    "|---|---|---|---|---|",
    row("at the start", start, "MiB"),
    row(`after ${Number(settledAfterMinutes.toFixed(1))} min`, settled, "MiB"),
    row("in the middle", middle, "MiB"),
    row("at the end", end, "MiB"),
    row("growth from then on", growth, "%", `< ${growthGoal} %`).replace(
      "from then on",
      `after ${Number(settledAfterMinutes.toFixed(1))} min`,
    ),
  ].join("\n");
}
