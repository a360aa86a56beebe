import type { FigureTable } from "../models/card.js";
import { FORWARD_MODELS, type ForwardModel } from "../train/dataset/defocused-frame.js";
import { digits } from "./band-tables.js";

/** A frame whose distance from focus is known, in DOF units with its sign, and what was estimated. */
export interface WithDistance {
  readonly model: ForwardModel;
  readonly band: string;
  readonly dof: number;
  /** Null where nothing was told. The interval is left out by those who tell none. */
  readonly distance: { readonly dof: number; readonly low?: number; readonly high?: number } | null;
}

/** Per band of true |z| and forward model: how far off the estimate of |z| is, and how often the interval holds the truth. */
export function distanceTable(title: string, bands: readonly string[], all: readonly WithDistance[]): FigureTable {
  const rows = [...FORWARD_MODELS, "both"].flatMap((model) =>
    [...bands, "all"].map((band) => {
      const some = all.filter(
        (one) => (model === "both" || one.model === model) && (band === "all" || one.band === band),
      );
      return [model, band, some.length, ...distanceCells(some)];
    }),
  );
  return {
    title,
    columns: ["model", "|z| in DOF", "frames", "told", "median |error|", "90 %", "interval holds |z|", "mean width"],
    rows,
  };
}

function distanceCells(some: readonly WithDistance[]): (number | null)[] {
  const told = some.flatMap(({ dof, distance }) => (distance === null ? [] : [{ z: Math.abs(dof), ...distance }]));
  const errors = told.map(({ z, dof }) => Math.abs(dof - z)).sort((a, b) => a - b);
  const intervals = told.flatMap(({ z, low, high }) =>
    low === undefined || high === undefined ? [] : [{ z, low, high }],
  );
  const held = intervals.filter(({ z, low, high }) => low <= z && z <= high).length;
  const widths = intervals.reduce((sum, { low, high }) => sum + high - low, 0);
  return [
    told.length,
    digits(quantileOf(errors, 0.5), 2),
    digits(quantileOf(errors, 0.9), 2),
    digits(held / intervals.length, 2),
    digits(widths / intervals.length, 2),
  ];
}

/** Between neighbours in proportion; NaN of nothing. */
function quantileOf(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? below) - below);
}
