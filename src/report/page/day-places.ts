import { basename } from "node:path";
import { comparePlaces, placeOf } from "../place.js";
import type { SeriesOfDay, Totals } from "./day-totals.js";

/** A position of the day: its series (channels, z planes) together. */
export interface PlaceOfDay extends Totals {
  readonly label: string;
  readonly series: readonly SeriesOfDay[];
  readonly focusedBelow: number | null;
  readonly defocusedAbove: number | null;
}

/** Frames whose names tell no position, and files that were set aside before their names were read. */
const NOWHERE = "no position known";

/** Positions in the order in which people count; the watched folder is told where there are several. */
export function placesOfDay(all: readonly SeriesOfDay[]): PlaceOfDay[] {
  const isOneRoot = new Set(all.map(({ root }) => root)).size <= 1;
  const groups = new Map<string, SeriesOfDay[]>();
  for (const series of all) {
    const name = series.series === null ? NOWHERE : placeOf(series.series).place;
    const label = isOneRoot ? name : `${basename(series.root)}: ${name}`;
    // By the whole root: two watched folders may have the same name.
    const key = `${label}\0${series.root}`;
    const group = groups.get(key);
    if (group) group.push(series);
    else groups.set(key, [series]);
  }
  return [...groups]
    .sort(
      ([a, [first]], [b, [second]]) => +(first?.series === null) - +(second?.series === null) || comparePlaces(a, b),
    )
    .map(([key, series]) => ({
      label: key.slice(0, key.indexOf("\0")),
      series,
      ...sums(series),
      focusedBelow: series[0]?.focusedBelow ?? null,
      defocusedAbove: series[0]?.defocusedAbove ?? null,
    }));
}

function sums(all: readonly Totals[]): Totals {
  const sum = (key: keyof Totals) => all.reduce((total, each) => total + each[key], 0);
  return {
    frames: sum("frames"),
    focused: sum("focused"),
    defocused: sum("defocused"),
    uncertain: sum("uncertain"),
    blank: sum("blank"),
    problems: sum("problems"),
    open: sum("open"),
    reconstructed: sum("reconstructed"),
    repaired: sum("repaired"),
  };
}
