import { areaUnderCurve } from "../train/metrics/auc.js";
import { bootstrap, type Interval } from "./bootstrap.js";
import type { Measured, Opinion } from "./measure-frame.js";
import type { EvaluatedFrame } from "./run-evaluation.js";

export interface MainFigure extends Interval {
  readonly name: string;
  /** Forward model, or both. */
  readonly model: string;
}

const SEED = 20_211;

/** The figures that a reader looks for first, each with its interval by groups of fields. */
export function mainFigures(frames: readonly EvaluatedFrame[], reconstructors: readonly string[]): MainFigure[] {
  const others = frames[0]?.measured.others.map(({ name }) => name) ?? [];
  const models = [...new Set(frames.map(({ measured }) => measured.model))];
  const isTwofold = frames.some(({ measured }) => measured.byTiles !== null);
  return models.flatMap((model) => {
    const own = frames.filter(({ measured }) => measured.model === model);
    const figure = (name: string, statistic: (all: readonly Measured[]) => number): MainFigure => {
      const interval = bootstrap(
        own,
        ({ group }) => group,
        (some) => statistic(some.map((f) => f.measured)),
        SEED,
      );
      return { name, model, ...interval };
    };
    return [
      figure("accuracy of frames (P > 0.5)", accuracy),
      figure("AUC, focused against defocused", frameAuc),
      figure("SSIM of defocused frames before", (all) => mean(defocusedOf(all).map((m) => m.before.ssim))),
      ...reconstructors.flatMap((name, k) => [
        figure(`SSIM of them after ${name}`, (all) => mean(defocusedOf(all).map((m) => m.restored[k]!.ssim))),
        figure(`AUC, focused against what ${name} made of the defocused`, (all) => foolingAuc(all, k)),
        ...(isTwofold ? [figure(`the same of ${name} by the tiles alone`, (all) => foolingAucByTiles(all, k))] : []),
      ]),
      ...others.flatMap((name) => {
        const byIt = (statistic: (all: readonly Measured[]) => number) => (all: readonly Measured[]) =>
          statistic(all.map((m) => asJudgedBy(m, name)));
        return [
          figure(`accuracy of frames (P > 0.5), by ${name}`, byIt(accuracy)),
          figure(`AUC, focused against defocused, by ${name}`, byIt(frameAuc)),
          ...reconstructors.map((made, k) =>
            figure(
              `AUC, focused against what ${made} made of the defocused, by ${name}`,
              byIt((all) => foolingAuc(all, k)),
            ),
          ),
        ];
      }),
    ];
  });
}

/** The same frame with the verdict of one of the others in the place of the main classifier's. */
export function asJudgedBy(m: Measured, name: string): Measured {
  const { verdict, pDefocused, tiles, made } = opinionOf(m, name);
  const restored = m.restored.map((one, k) => ({ ...one, pDefocused: made[k] ?? null }));
  return { ...m, verdict, pDefocused, tiles, restored };
}

function opinionOf(m: Measured, name: string): Opinion {
  const found = m.others.find((one) => one.name === name);
  if (!found) throw new RangeError(`${m.source} was not judged by ${name}`);
  return found;
}

/** A blank frame is judged neither way: it counts as wrong. */
export function accuracy(all: readonly Measured[]): number {
  return mean(all.map((m) => (m.pDefocused !== null && m.pDefocused > 0.5 === m.defocused ? 1 : 0)));
}

export function frameAuc(all: readonly Measured[]): number {
  return areaUnderCurve(defocusedOf(all).map(saidOf), all.filter((m) => !m.defocused).map(saidOf));
}

/** The fooling test (paper: 0.9953 to 0.6951): the nearer to 0.5, the less the classifier can tell reconstructions from focused frames. */
export function foolingAuc(all: readonly Measured[], reconstructor: number): number {
  const made = defocusedOf(all).map((m) => m.restored[reconstructor]!.pDefocused ?? 0.5);
  return areaUnderCurve(made, all.filter((m) => !m.defocused).map(saidOf));
}

export function foolingAucByTiles(all: readonly Measured[], reconstructor: number): number {
  const made = defocusedOf(all).map((m) => m.restored[reconstructor]!.pTiles ?? 0.5);
  const focused = all.filter((m) => !m.defocused).map((m) => m.byTiles?.pDefocused ?? saidOf(m));
  return areaUnderCurve(made, focused);
}

function defocusedOf(all: readonly Measured[]): Measured[] {
  return all.filter((m) => m.defocused);
}

function saidOf(m: Measured): number {
  return m.pDefocused ?? 0.5;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
