import { type Evidence, type TrustCalibration, termsOf } from "../../src/restore/trust/estimate-trust.js";
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

/** The calibration whose trust is nearest to the true SSIM (below 0 counted as 0), by least squares. */
export function fitCalibration(known: readonly Known[], familiar: Familiar): TrustCalibration {
  const rows = known.map(({ evidence }) => {
    const { disagreement, unexplained, strangeness } = termsOf(evidence, familiar);
    return [1, disagreement, unexplained, strangeness];
  });
  const [intercept, disagreement, unexplained, strangeness] = fitLine(
    rows,
    known.map(({ ssim }) => Math.max(0, ssim)),
  ).map(round) as [number, number, number, number];
  return { intercept, disagreement, unexplained, strangeness, familiar };
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
