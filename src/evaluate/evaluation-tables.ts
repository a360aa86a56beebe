import type { FigureTable } from "../models/card.js";
import { FORWARD_MODELS } from "../train/dataset/defocused-frame.js";
import { classifierTable, digits, reconstructorTable } from "./band-tables.js";
import { BANDS } from "./bands.js";
import { distanceTable } from "./distance-table.js";
import { asJudgedBy, type MainFigure } from "./main-figures.js";
import type { Closeness } from "./measure-frame.js";
import { SMALLER } from "./resolution.js";
import type { Evaluation } from "./run-evaluation.js";

/** The tables of a report, by what they are about. */
export interface EvaluationTables {
  readonly main: FigureTable;
  readonly confusion: FigureTable;
  /** The first by the main classifier. */
  readonly classifiers: readonly FigureTable[];
  readonly distance: FigureTable;
  readonly smaller: FigureTable;
  readonly reconstructors: readonly FigureTable[];
  readonly rivals: FigureTable;
  readonly mosaics: FigureTable;
  readonly time: FigureTable;
}

const VERDICTS = ["focused", "uncertain", "defocused", "blank"] as const;

export function evaluationTables(
  evaluation: Evaluation,
  figures: readonly MainFigure[],
  reconstructors: readonly string[],
): EvaluationTables {
  const all = evaluation.frames.map(({ measured }) => measured);
  return {
    main: mainTable(figures),
    confusion: confusionTable(evaluation),
    classifiers: [
      classifierTable("Verdicts by band of |z|", all),
      ...(all[0]?.others ?? []).map(({ name }) =>
        classifierTable(
          `Verdicts by band of |z|, by ${name}`,
          all.map((m) => asJudgedBy(m, name)),
        ),
      ),
    ],
    distance: distanceTable(
      "How far out of focus, by the power spectrum: error of |z| in DOF units",
      BANDS.map(({ name }) => name),
      all,
    ),
    smaller: smallerTable(evaluation),
    reconstructors: reconstructors.map((name) => reconstructorTable(name, all, name)),
    rivals: rivalsTable(evaluation, reconstructors),
    mosaics: mosaicsTable(evaluation),
    time: timeTable(evaluation, reconstructors),
  };
}

function mainTable(figures: readonly MainFigure[]): FigureTable {
  const rows = figures.map(({ name, model, value, low, high, groups }) => {
    const bounds = [low, high].map((bound) => (bound === null ? null : digits(bound, 3)));
    return [name, model, value === null ? null : digits(value, 3), ...bounds, groups];
  });
  const columns = ["figure", "model", "found", "95 % from", "to", "groups of fields"];
  return { title: "Main figures", columns, rows };
}

function confusionTable({ frames }: Evaluation): FigureTable {
  const rows = FORWARD_MODELS.flatMap((model) =>
    [false, true].map((defocused) => {
      const own = frames.map((f) => f.measured).filter((m) => m.model === model && m.defocused === defocused);
      const counts = VERDICTS.map((verdict) => own.filter((m) => m.verdict === verdict).length);
      return [model, defocused ? "defocused" : "focused", ...counts];
    }),
  );
  return {
    title: "Confusion matrix: what frames are, and what they are called",
    columns: ["model", "is", ...VERDICTS],
    rows,
  };
}

function smallerTable({ frames }: Evaluation): FigureTable {
  const whole = frames.map(({ measured: m }) => ({ pDefocused: m.pDefocused, defocused: m.defocused }));
  const row = (
    name: string,
    side: string | number,
    judged: readonly { pDefocused: number | null; defocused: boolean }[],
  ) => {
    const told = judged.filter(({ pDefocused }) => pDefocused !== null);
    const right = told.filter((one) => one.pDefocused! > 0.5 === one.defocused).length;
    const focused = told.filter((one) => !one.defocused);
    const focusedRight = focused.filter((one) => one.pDefocused! <= 0.5).length;
    return [
      name,
      side,
      told.length,
      judged.length - told.length,
      digits(right / told.length, 3),
      digits(focusedRight / focused.length, 3),
      digits((right - focusedRight) / (told.length - focused.length), 3),
    ];
  };
  const rows = SMALLER.flatMap(({ by, side }) => {
    const judged = frames.flatMap(({ smaller }) => smaller.filter((one) => one.by === by && one.side === side));
    return judged.length === 0 ? [] : [row(by, side, judged)];
  });
  return {
    title: "Accuracy (P > 0.5) against input resolution",
    columns: ["made smaller by", "side, px", "frames", "blank", "accuracy", "of focused", "of defocused"],
    rows: [row("not", "whole", whole), ...rows],
  };
}

function rivalsTable({ rivals }: Evaluation, reconstructors: readonly string[]): FigureTable {
  const names = ["as taken", "Richardson-Lucy", ...reconstructors];
  const rows = FORWARD_MODELS.flatMap((model) =>
    BANDS.filter(({ defocused }) => defocused).flatMap((band) => {
      const own = rivals.filter((rival) => rival.model === model && rival.band === band.name);
      if (own.length === 0) return [];
      return names.map((name, k) => {
        const found = own.map((one): Closeness => [one.before, one.deconvolved, ...one.restored][k]!);
        const mean = (f: (one: Closeness) => number | null, n: number) => {
          const values = found.flatMap((one) => f(one) ?? []);
          return digits(values.reduce((sum, value) => sum + value, 0) / values.length, n);
        };
        return [
          model,
          band.name,
          own.length,
          name,
          mean((c) => c.ssim, 3),
          mean((c) => c.mae, 2),
          mean((c) => c.psnr, 1),
        ];
      });
    }),
  );
  return {
    title: "Richardson-Lucy beside the networks",
    columns: ["model", "|z| in DOF", "frames", "by", "SSIM", "MAE", "PSNR, dB"],
    rows,
  };
}

function mosaicsTable({ mosaics }: Evaluation): FigureTable {
  const rows = mosaics.map(({ figures: f }) => [
    f.source,
    f.dofs.map((dof) => dof.toFixed(1)).join(", "),
    f.reconstructed.filter(Boolean).length,
    digits(f.ssimBefore, 3),
    digits(f.ssimAfter, 3),
    digits(f.seamsBefore, 2),
    digits(f.seamsAfter, 2),
  ]);
  return {
    title: "Stitched mosaics",
    columns: [
      "field",
      "z of the positions, DOF",
      "reconstructed",
      "SSIM before",
      "SSIM after",
      "seams before",
      "seams after",
    ],
    rows,
  };
}

function timeTable({ frames }: Evaluation, reconstructors: readonly string[]): FigureTable {
  const row = (what: string, ms: readonly number[]) => {
    const sorted = [...ms].sort((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.round(share * (sorted.length - 1))]!);
    return [what, at(0.5), at(0.95)];
  };
  const made = reconstructors.map((name, k) =>
    row(
      `reconstruct (${name})`,
      frames.map((f) => f.restoreMs[k]!),
    ),
  );
  return {
    title: "Time per frame, ms",
    columns: ["step", "median", "95 %"],
    rows: [
      row(
        "judge",
        frames.map((f) => f.judgeMs),
      ),
      ...made,
    ],
  };
}
