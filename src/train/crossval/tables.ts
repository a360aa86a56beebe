import type { FigureTable, ModelKind } from "../../models/card.js";
import type { Figures } from "../loop/task.js";
import type { Comparison } from "./planned-runs.js";
import type { RunResult } from "./run-result.js";
import { type Spread, spreadOfFigures } from "./summary.js";

type Cell = FigureTable["rows"][number][number];

/** Figures that people compare, by their heading; all are in the JSON. */
const COLUMNS: Readonly<Record<ModelKind, Readonly<Record<string, string>>>> = {
  classifier: {
    accuracy: "accuracy",
    "|z| 0-0.35": "0-0.35",
    "1-2": "1-2",
    "2-3": "2-3",
    "3+": "3+",
  },
  reconstructor: {
    "SSIM defocused": "all before",
    reconstructed: "all after",
    "in focus": "0-0.35 before",
    "in focus, reconstructed": "0-0.35 after",
  },
};
const WHAT: Readonly<Record<ModelKind, string>> = {
  classifier: "share of windows judged right, |z| in DOF units",
  reconstructor: "mean SSIM to the focused image",
};

/** What people read: a line for each training, of folds also mean ± s.d. */
export function crossvalTable(kind: ModelKind, comparison: Comparison, results: readonly RunResult[]): FigureTable {
  const headings = Object.keys(COLUMNS[kind]);
  const names = Object.values(COLUMNS[kind]);
  const figuresOf = (figures: Figures): Cell[] => names.map((name) => digits(figures[name]));
  const where = `${WHAT[kind]}, on held-out fields put out of focus by computation`;
  if (comparison.kind === "sizes") {
    const [first] = results;
    return {
      title: `Data-size curve, ${first?.heldOut.length ?? 0} fields held out of all (${first?.items ?? 0} items): ${where}`,
      columns: ["fields", "start", "steps", "minutes", ...headings],
      rows: results.map(({ train, from, steps, minutes, figures }) => [
        train.length,
        from ?? "random",
        steps,
        digits(minutes, 1),
        ...figuresOf(figures),
      ]),
    };
  }
  const spread = spreadOfFigures(results.map(({ figures }) => figures));
  const rows: Cell[][] = results.map(({ train, heldOut, items, steps, minutes, figures }, k) => [
    k + 1,
    train.length,
    heldOut.length,
    items,
    steps,
    digits(minutes, 1),
    ...figuresOf(figures),
  ]);
  return {
    title: `${comparison.count} folds by overlap group: ${where}`,
    columns: ["fold", "fields", "held out", "items", "steps", "minutes", ...headings],
    rows: [...rows, ["mean ± s.d.", null, null, null, null, null, ...names.map((name) => spreadText(spread[name]))]],
  };
}

function spreadText(spread: Spread | undefined): string | null {
  if (!spread) return null;
  const sd = spread.sd === null ? "" : ` ± ${spread.sd.toFixed(3)}`;
  return `${spread.mean.toFixed(3)}${sd}`;
}

function digits(value: number | undefined, n = 4): number | null {
  return value === undefined ? null : Number(value.toFixed(n));
}
