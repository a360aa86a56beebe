import type { FigureTable } from "../../src/models/card.js";
import { FORWARD_MODELS } from "../../src/train/dataset/defocused-frame.js";
import { areaUnderCurve } from "../../src/train/metrics/auc.js";
import { BANDS } from "./bands.js";
import type { Measured } from "./measure.js";

type Cell = string | number | null;

/** Per forward model and band: how tiles and frames were judged. */
export function classifierTable(title: string, all: readonly Measured[]): FigureTable {
  const columns = [
    "model",
    "|z| in DOF",
    "frames",
    "tile accuracy",
    "tile AUC",
    "frame accuracy (p > 0.5)",
    "frame AUC",
    "verdict right",
    "uncertain",
    "wrong",
  ];
  return { title, columns, rows: [...perBand(all, classifierCells), ...overall(all, classifierCells)] };
}

/** Per forward model and band: how close to the focused frame before and after. */
export function reconstructorTable(title: string, all: readonly Measured[]): FigureTable {
  const columns = [
    "model",
    "|z| in DOF",
    "frames",
    "SSIM before",
    "SSIM after",
    "MAE before",
    "MAE after",
    "SSIM output to input",
  ];
  return { title, columns, rows: perBand(all, reconstructorCells) };
}

function perBand(all: readonly Measured[], cells: (some: Measured[], focused: Measured[]) => Cell[]): Cell[][] {
  return FORWARD_MODELS.flatMap((model) => {
    const ofModel = all.filter((m) => m.model === model);
    const focused = ofModel.filter((m) => !m.defocused);
    return BANDS.map((band) => [
      model,
      band.name,
      ...cells(
        ofModel.filter((m) => m.band === band.name),
        focused,
      ),
    ]);
  });
}

function overall(all: readonly Measured[], cells: (some: Measured[], focused: Measured[]) => Cell[]): Cell[][] {
  return FORWARD_MODELS.map((model) => {
    const ofModel = all.filter((m) => m.model === model);
    return [
      model,
      "all",
      ...cells(
        ofModel,
        ofModel.filter((m) => !m.defocused),
      ),
    ];
  });
}

function classifierCells(some: Measured[], focused: Measured[]): Cell[] {
  const defocused = some.filter((m) => m.defocused);
  const tiles = some.flatMap((m) => m.tiles.map((p) => p > 0.5 === m.defocused));
  // A blank frame is judged neither way: it counts as wrong.
  const frames = some.map((m) => m.pDefocused !== null && m.pDefocused > 0.5 === m.defocused);
  const probability = (m: Measured) => m.pDefocused ?? 0.5;
  const right = some.filter((m) => m.verdict === (m.defocused ? "defocused" : "focused")).length;
  const uncertain = some.filter((m) => m.verdict === "uncertain").length;
  const tilesOf = (list: Measured[]) => list.flatMap((m) => m.tiles);
  return [
    some.length,
    share(tiles),
    defocused.length > 0 ? digits(areaUnderCurve(tilesOf(defocused), tilesOf(focused)), 4) : null,
    share(frames),
    defocused.length > 0 ? digits(areaUnderCurve(defocused.map(probability), focused.map(probability)), 4) : null,
    right,
    uncertain,
    some.length - right - uncertain,
  ];
}

function reconstructorCells(some: Measured[]): Cell[] {
  const mean = (f: (m: Measured) => number, n: number) =>
    digits(some.reduce((sum, m) => sum + f(m), 0) / some.length, n);
  return [
    some.length,
    mean((m) => m.ssimBefore, 3),
    mean((m) => m.ssimAfter, 3),
    mean((m) => m.maeBefore, 2),
    mean((m) => m.maeAfter, 2),
    mean((m) => m.ssimChange, 3),
  ];
}

function share(right: readonly boolean[]): number | null {
  return digits(right.filter(Boolean).length / right.length, 4);
}

/** JSON has no NaN: a figure of nothing is null. */
function digits(value: number, n: number): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(n)) : null;
}

export function markdown({ title, columns, rows }: FigureTable): string {
  const line = (cells: readonly Cell[]) =>
    `| ${cells.map((cell) => String(cell ?? "").replaceAll("|", "\\|")).join(" | ")} |`;
  return [`**${title}**`, "", line(columns), `|${columns.map(() => "---").join("|")}|`, ...rows.map(line), ""].join(
    "\n",
  );
}
