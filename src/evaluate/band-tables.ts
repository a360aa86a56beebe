import type { FigureTable } from "../models/card.js";
import { FORWARD_MODELS } from "../train/dataset/defocused-frame.js";
import { areaUnderCurve } from "../train/metrics/auc.js";
import { BANDS } from "./bands.js";
import type { Measured } from "./measure-frame.js";

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

/** Per forward model and band: how close to the focused frame before and after; `name` is that of the reconstructor. */
export function reconstructorTable(title: string, all: readonly Measured[], name: string): FigureTable {
  const columns = [
    "model",
    "|z| in DOF",
    "frames",
    "SSIM before",
    "SSIM after",
    "by the network alone",
    "by the optics alone",
    "MAE before",
    "MAE after",
    "PSNR before",
    "PSNR after",
    "SSIM output to input",
  ];
  return { title, columns, rows: perBand(all, (some) => reconstructorCells(some, name)) };
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

function reconstructorCells(some: Measured[], name: string): Cell[] {
  const mean = (f: (m: Measured) => number | null | undefined, n: number) => {
    const values = some.flatMap((m) => f(m) ?? []);
    return digits(values.reduce((sum, value) => sum + value, 0) / values.length, n);
  };
  const after = (m: Measured) => m.restored.find((one) => one.name === name);
  return [
    some.length,
    mean((m) => m.before.ssim, 3),
    mean((m) => after(m)?.ssim, 3),
    mean((m) => after(m)?.ssimAlone, 3),
    mean((m) => m.ssimByOptics, 3),
    mean((m) => m.before.mae, 2),
    mean((m) => after(m)?.mae, 2),
    mean((m) => m.before.psnr, 1),
    mean((m) => after(m)?.psnr, 1),
    mean((m) => after(m)?.ssimChange, 3),
  ];
}

function share(right: readonly boolean[]): number | null {
  return digits(right.filter(Boolean).length / right.length, 4);
}

/** JSON has no NaN: a figure of nothing is null. */
export function digits(value: number, n: number): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(n)) : null;
}

export function markdown({ title, columns, rows }: FigureTable): string {
  const line = (cells: readonly Cell[]) =>
    `| ${cells.map((cell) => String(cell ?? "").replaceAll("|", "\\|")).join(" | ")} |`;
  return [`**${title}**`, "", line(columns), `|${columns.map(() => "---").join("|")}|`, ...rows.map(line), ""].join(
    "\n",
  );
}
