import { bandOf, ringsOf, type Spectra } from "../spectra.js";
import { weightsWithin } from "./around.js";
import type { SourceModel } from "./source-model.js";
import { TRANSFER_SIDE } from "./transfers.js";

/** What the estimate of least square error takes of source and network, at each radial frequency. */
export interface Estimate {
  readonly source: Float64Array;
  readonly network: Float64Array;
}

type ContrastModel = Pick<SourceModel, "transfer" | "rest" | "signal">;

const [FIRST, LAST] = bandOf(TRANSFER_SIDE);
/** How much larger an amplitude may become. More makes cells that no network knows better still, and known ones worse: docs/reconstruction.md. */
const MOST = 1.25;
/** How far around a frequency the power is looked for. */
const weightsAround = weightsWithin(0.5);
/** Where T² is less than this, a ring says little of the power in focus. */
const LITTLE = 0.05;
/** Of T², so that nothing is divided by 0. */
const LEAST = 1e-3;
/** Of 1.2 where all comes through: with less weight around a frequency, nothing is known of the power there. */
const UNKNOWN = 0.01;
/** Holds the slope of the power where all that is known of it lies at one frequency. */
const RIDGE = 1e-4;

/**
 * By what the estimate's amplitudes fall short. An estimate of least square error is the mean of all that the frame in focus may have been, and
 * fainter than any of them where it is not sure (Blau & Michaeli 2018). Nothing is made up here: what is there gets the contrast that the power
 * around it speaks for, in as far as it is not the source's own.
 */
export function missingContrast(spectra: Spectra, { source, network }: Estimate, model: ContrastModel): Float64Array {
  const inFocus = powerInFocus(spectra.source, model);
  // Below the band there is shading; beyond it, it is as at its end.
  const factors = inFocus.map((power, k) => {
    const [a, b] = [source[k]!, network[k]!];
    const held = a * a * spectra.source[k]! + b * b * spectra.restored[k]! + 2 * a * b * spectra.common[k]!;
    const ofNetwork = Math.min(1, Math.max(0, 1 - model.transfer[k]! * a));
    return Math.min(MOST, Math.max(1, Math.sqrt(power / Math.max(1e-30, held)))) ** ofNetwork;
  });
  const at = (k: number) => factors[Math.min(LAST - 1, Math.max(FIRST, k))]!;
  return source.map((_, k) => (k < FIRST ? 1 : (at(k - 1) + at(k) + at(k + 1)) / 3));
}

/**
 * In each ring of the band, as a sum over it; 0 where it is not known. Cells' power falls smoothly with frequency, so around each it is a line
 * of ln |X|² over ln f, by what the source holds less noise over T². The more the optics let through, the more a ring counts.
 */
function powerInFocus(source: Float64Array, { transfer, rest, signal }: ContrastModel): Float64Array {
  const { members } = ringsOf(TRANSFER_SIDE);
  const logs = signal.map((sum, k) => Math.log(sum / members[k]! / (transfer[k]! ** 2 + rest[k]! + LEAST) + 1e-30));
  const known = signal.map((sum, k) => {
    const through = transfer[k]! ** 2;
    return ((through / (through + rest[k]! + LITTLE)) * (sum / Math.max(1e-30, source[k]!))) ** 2;
  });
  return source.map((_, ring) => {
    if (ring < FIRST || ring >= LAST) return 0;
    const around = weightsAround(ring);
    let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
    for (let k = FIRST; k < LAST; k++) {
      const x = Math.log(k / ring);
      const weight = known[k]! * around[k - FIRST]!;
      w += weight;
      wx += weight * x;
      wxx += weight * x * x;
      wy += weight * logs[k]!;
      wxy += weight * x * logs[k]!;
    }
    if (w < UNKNOWN) return 0;
    const spread = wxx + RIDGE * w;
    const height = (wy * spread - wx * wxy) / (w * spread - wx * wx);
    return members[ring]! * Math.exp(Math.min(100, height));
  });
}
