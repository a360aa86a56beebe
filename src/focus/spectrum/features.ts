import { SPECTRUM_WINDOW } from "./ring-power.js";

/** Bins evenly spaced in log frequency, from 2.5 cycles per window to half a cycle per pixel. */
export const SPECTRUM_BINS = 48;
const [LOWEST, HIGHEST] = [2.5, SPECTRUM_WINDOW / 2];

const centres = Float64Array.from(
  { length: SPECTRUM_BINS },
  (_, k) => LOWEST * (HIGHEST / LOWEST) ** ((k + 0.5) / SPECTRUM_BINS),
);

/**
 * The shape of a power spectrum: its logarithm at the bins, without the straight line in log frequency. Brightness, contrast and how fast an
 * object's power falls go with the line; the dents of the transfer function stay.
 * @param power as ringPower gives it
 * @returns [48]; scripts/torch/spectrum.py has the same
 */
export function spectrumFeatures(power: Float64Array): Float64Array {
  const logs = centres.map((centre) => {
    const low = Math.floor(centre);
    const share = centre - low;
    return logOf(power[low]!) * (1 - share) + logOf(power[low + 1]!) * share;
  });
  const mean = logs.reduce((a, b) => a + b, 0) / SPECTRUM_BINS;
  const middle = (SPECTRUM_BINS - 1) / 2;
  let slope = 0;
  let squares = 0;
  for (let k = 0; k < SPECTRUM_BINS; k++) {
    slope += (k - middle) * logs[k]!;
    squares += (k - middle) ** 2;
  }
  return logs.map((value, k) => value - mean - (slope / squares) * (k - middle));
}

/** A ring without any power has no logarithm. */
function logOf(power: number): number {
  return Math.log(power + 1e-12);
}
