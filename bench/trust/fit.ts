import { type Evidence, type TrustLine, termsOf } from "../../src/restore/trust/estimate-trust.js";
import type { Familiar } from "../../src/restore/trust/strangeness.js";
import { fitLine, inverse, mean } from "./statistics.js";

/** A reconstruction whose truth is known. */
export interface Known {
  readonly source: string;
  readonly dof: number;
  /** With the frame in focus. */
  readonly ssim: number;
  readonly evidence: Evidence;
}

/** Added to variances: two frames of a field are more alike than two fields. */
const RIDGE = 0.05;
/** Of the fit of the held line: it stands still after some 30 steps of this share. */
const STEPS = 60;
const DAMPING = 0.5;

/** What the network is at home with. */
export function familiarFrom(known: readonly Known[]): Familiar {
  const octaves = known.map(({ evidence }) => evidence.octaves);
  const middle = octaves[0]!.map((_, k) => mean(octaves.map((one) => one[k]!)));
  const covariance = middle.map((_, i) =>
    middle.map((_, j) => {
      const product = octaves.reduce((sum, one) => sum + (one[i]! - middle[i]!) * (one[j]! - middle[j]!), 0);
      return product / (octaves.length - 1) + (i === j ? RIDGE : 0);
    }),
  );
  return { mean: middle.map(round), inverse: inverse(covariance).map((row) => row.map(round)) };
}

/**
 * The same for reconstructions that are held to their source, whose line tells ln(1 − SSIM): least squares of the SSIM itself, by steps of
 * Gauss and Newton.
 */
export function fitHeldLine(known: readonly Known[], familiar: Familiar): TrustLine {
  const rows = known.map(({ evidence }) => termRow(evidence, familiar));
  const truths = known.map(({ ssim }) => Math.max(0, ssim));
  let line = [-1.5, 0, 0, 0];
  for (let step = 0; step < STEPS; step++) {
    const told = rows.map((row) =>
      Math.exp(
        Math.min(
          0,
          row.reduce((sum, value, k) => sum + value * line[k]!, 0),
        ),
      ),
    );
    const steeper = rows.map((row, i) => row.map((value) => -told[i]! * value));
    const missed = truths.map((truth, i) => truth - (1 - told[i]!));
    const change = fitLine(steeper, missed);
    line = line.map((value, k) => value + DAMPING * change[k]!);
  }
  const [intercept, disagreement, unexplained, strangeness] = line.map(round) as [number, number, number, number];
  return { intercept, disagreement, unexplained, strangeness, familiar };
}

/** The calibration whose trust is nearest to the true SSIM (below 0 counted as 0), by least squares. */
export function fitCalibration(known: readonly Known[], familiar: Familiar): TrustLine {
  const rows = known.map(({ evidence }) => termRow(evidence, familiar));
  const [intercept, disagreement, unexplained, strangeness] = fitLine(
    rows,
    known.map(({ ssim }) => Math.max(0, ssim)),
  ).map(round) as [number, number, number, number];
  return { intercept, disagreement, unexplained, strangeness, familiar };
}

function termRow(evidence: Evidence, familiar: Familiar): number[] {
  const { disagreement, unexplained, strangeness } = termsOf(evidence, familiar);
  return [1, disagreement, unexplained, strangeness];
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
