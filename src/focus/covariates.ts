import type { Frame } from "../frames/frame.js";

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
  for (let i = 0; i < data.length; i += channels) {
    const value = data[i]!;
    sum += value;
    squares += value * value;
  }
  const pixels = width * height;
  const mean = sum / pixels;
  let brenner = 0;
  let laplacian = 0;
  let laplacianSquares = 0;
  // Every second row: half the time, and the same numbers to three digits.
  let samples = 0;
  for (let y = 1; y < height - 1; y += 2) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * stride + x * channels;
      const value = 4 * data[i]! - data[i - channels]! - data[i + channels]! - data[i - stride]! - data[i + stride]!;
      laplacian += value;
      laplacianSquares += value * value;
      brenner += (data[i + channels]! - data[i - channels]!) ** 2;
      samples++;
    }
  }
  const scale = mean > 0 ? 1 / (mean * mean) : 0;
  const n = Math.max(1, samples);
  return {
    normalisedVariance: (squares / pixels - mean * mean) * scale,
    brenner: (brenner / n) * scale,
    laplacianVariance: (laplacianSquares / n - (laplacian / n) ** 2) * scale,
  };
}
