import { RefocusdError } from "../errors/refocusd-error.js";
import type { ExportRange } from "../report/export/rows.js";
import { type Day, dayRange, isDay } from "../report/local-day.js";

/** The days that are asked for, all of them included; left out: from the beginning, to the end. */
export interface DayChoice {
  readonly day?: Day;
  readonly from?: Day;
  readonly to?: Day;
}

export interface NamedRange extends ExportRange {
  /** For a file name, such as `2026-11-24` or `2026-11-01_2026-11-24`. */
  readonly name: string;
}

/** @throws RF_USAGE */
export function exportRange({ day, from, to }: DayChoice, timeZone: string): NamedRange {
  for (const [option, value] of Object.entries({ day, from, to }))
    if (value !== undefined && !isDay(value))
      throw new RefocusdError("RF_USAGE", `--${option} ${value}: not a day, such as 2026-11-23`);
  if (day !== undefined && (from ?? to) !== undefined)
    throw new RefocusdError("RF_USAGE", "give either --day or --from and --to");
  const [first, last] = [day ?? from, day ?? to];
  if (first !== undefined && last !== undefined && first > last)
    throw new RefocusdError("RF_USAGE", `--from ${first} comes after --to ${last}`);
  return {
    fromMs: first === undefined ? 0 : dayRange(first, timeZone).startMs,
    toMs: last === undefined ? Number.MAX_SAFE_INTEGER : dayRange(last, timeZone).endMs,
    name: day ?? (first === undefined && last === undefined ? "all" : `${first ?? "start"}_${last ?? "now"}`),
  };
}
