import type { Frame } from "../frames/frame.js";

/** Rows apart: every row of a 1608 × 1608 frame took a tenth as long as the network itself. */
const ROW_STEP = 4;

/**
 * Classical focus measures of the first channel, logged beside the network's answer and never deciding anything: they
 * have no absolute threshold (they grow with contrast and with noise alike), but a jump in a series shows.
 */
export function focusCovariates(frame: Frame): {
  /** Variance over squared mean. */
  readonly normalisedVariance: number;
  /** Mean squared difference at a distance of two pixels, over the squared mean (Brenner). */
  readonly brenner: number;
  /** Variance of the Laplacian over the squared mean. */
  readonly laplacianVariance: number;
} {
  const { width, height, channels, data } = frame;
  const stride = width * channels;
  let sum = 0;
  let squares = 0;
  let brenner = 0;
  let laplacian = 0;
  let laplacianSquares = 0;
  let samples = 0;
  for (let y = 1; y < height - 1; y += ROW_STEP) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * stride + x * channels;
      const value = data[i]!;
      const before = data[i - channels]!;
      const after = data[i + channels]!;
      const curvature = 4 * value - before - after - data[i - stride]! - data[i + stride]!;
      sum += value;
      squares += value * value;
      laplacian += curvature;
      laplacianSquares += curvature * curvature;
      brenner += (after - before) ** 2;
      samples++;
    }
  }
  const n = Math.max(1, samples);
  const mean = sum / n;
  const scale = mean > 0 ? 1 / (mean * mean) : 0;
  return {
    normalisedVariance: (squares / n - mean * mean) * scale,
    brenner: (brenner / n) * scale,
    laplacianVariance: (laplacianSquares / n - (laplacian / n) ** 2) * scale,
  };
}
