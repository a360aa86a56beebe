import { FORWARD_MODELS } from "../train/dataset/defocused-frame.js";
import { type Calibration, calibration, type Point, rocCurve } from "./curves.js";
import { type EvaluationTables, evaluationTables } from "./evaluation-tables.js";
import { type MainFigure, mainFigures } from "./main-figures.js";
import type { Measured } from "./measure-frame.js";
import type { MosaicFigures } from "./mosaic.js";
import type { JudgedSmaller } from "./resolution.js";
import type { Evaluation, Rival } from "./run-evaluation.js";

export interface UsedModel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** What stands above the figures: from what, by what, how to do it again. */
export interface ReportFacts {
  readonly date: string;
  readonly command: string;
  /** Name of the folder of focused frames. */
  readonly data: string;
  readonly na: number;
  readonly pixelUm: number;
  readonly seed: number;
  /** The model whose held-out fields were taken; null: all of the folder's. */
  readonly heldOut: string | null;
  readonly classifier: UsedModel;
  /** Classifiers that judged beside it. */
  readonly others: readonly UsedModel[];
  readonly reconstructors: readonly UsedModel[];
  readonly engine: string;
  readonly processor: string;
}

/** What evaluate.json holds. */
export interface Report extends ReportFacts {
  /** The first thing to know about all of it. */
  readonly note: string;
  /** Fields that frames were computed from. */
  readonly fields: string;
  readonly figures: readonly MainFigure[];
  readonly tables: EvaluationTables;
  readonly curves: readonly {
    readonly model: string;
    readonly roc: readonly Point[];
    readonly calibration: Calibration;
  }[];
  readonly frames: readonly (Measured & { readonly group: string; readonly smaller: readonly JudgedSmaller[] })[];
  readonly rivals: readonly Rival[];
  readonly mosaics: readonly MosaicFigures[];
}

export function makeReport(facts: ReportFacts, evaluation: Evaluation): Report {
  const { frames, rivals, mosaics } = evaluation;
  const names = facts.reconstructors.map(({ name }) => name);
  const figures = mainFigures(frames, names);
  const count = new Set(frames.map(({ measured }) => measured.source)).size;
  const curves = FORWARD_MODELS.map((model) => {
    const own = frames.map(({ measured }) => measured).filter((m) => m.model === model);
    const tiles = (defocused: boolean) => own.filter((m) => m.defocused === defocused).flatMap((m) => m.tiles);
    const said = [true, false].flatMap((isSo) => tiles(isSo).map((p) => ({ p, isSo })));
    return { model, roc: rocCurve(tiles(true), tiles(false)), calibration: calibration(said) };
  });
  return {
    note: "Every frame was put out of focus by computation; no through-focus stack of a microscope stands behind any figure.",
    ...facts,
    fields: count === 1 ? "1 field" : `${count} fields`,
    figures,
    tables: evaluationTables(evaluation, figures, names),
    curves,
    frames: frames.map(({ measured, group, smaller }) => ({ ...measured, group, smaller })),
    rivals,
    mosaics: mosaics.map((mosaic) => mosaic.figures),
  };
}
