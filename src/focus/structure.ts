/** What a tile shows besides noise. */
export interface TileStructure {
  /** s.d. of 8×8 block means about their smooth trend, relative to the mean level. */
  readonly contrast: number;
  /** The same relative to what camera noise alone would leave in block means. 1 is an empty tile. */
  readonly signalToNoise: number;
}

const BLOCK = 8;

/**
 * Measures whether there is anything to judge in a tile. Noise is taken from differences that a smooth image cancels
 * (Immerkær 1996: the mask 1 −2 1 crossed with itself); structure from block means, in which noise is 8 times smaller.
 *
 * @param data one channel in counts, `width` wide
 */
export function tileStructure(
  data: ArrayLike<number>,
  width: number,
  tile: { readonly left: number; readonly top: number; readonly side: number },
): TileStructure {
  const { left, top, side } = tile;
  const blocks = Math.floor(side / BLOCK);
  if (blocks < 2) return { contrast: 0, signalToNoise: 0 };

  const means = new Float64Array(blocks * blocks);
  let noise = 0;
  let samples = 0;
  for (let by = 0; by < blocks; by++) {
    for (let bx = 0; bx < blocks; bx++) {
      let sum = 0;
      for (let y = 0; y < BLOCK; y++) {
        const row = (top + by * BLOCK + y) * width + left + bx * BLOCK;
        for (let x = 0; x < BLOCK; x++) sum += data[row + x]!;
      }
      means[by * blocks + bx] = sum / (BLOCK * BLOCK);
      // One sample of the noise mask per block is plenty: 4,000 in a tile of 536.
      const at = (top + by * BLOCK + 1) * width + left + bx * BLOCK + 1;
      const mask =
        data[at - width - 1]! -
        2 * data[at - width]! +
        data[at - width + 1]! -
        2 * (data[at - 1]! - 2 * data[at]! + data[at + 1]!) +
        data[at + width - 1]! -
        2 * data[at + width]! +
        data[at + width + 1]!;
      noise += Math.abs(mask);
      samples++;
    }
  }
  // E|N(0, 36σ²)| = 6σ·sqrt(2/π)
  const sigma = ((noise / samples) * Math.sqrt(Math.PI / 2)) / 6;
  const level = means.reduce((a, b) => a + b, 0) / means.length;
  const spread = deviationFromPlane(means, blocks, level);
  // Rounding to whole counts is noise too (s.d. 0.29), and keeps a synthetic flat frame from dividing by nothing.
  const floor = Math.max(sigma, 0.29) / BLOCK;
  return { contrast: level > 0 ? spread / level : 0, signalToNoise: spread / floor };
}

/** s.d. about the least-squares plane: a slope of the illumination is no structure. */
function deviationFromPlane(values: Float64Array, n: number, mean: number): number {
  const centre = (n - 1) / 2;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const value = values[y * n + x]! - mean;
      sx += value * (x - centre);
      sy += value * (y - centre);
      sxx += (x - centre) ** 2;
    }
  }
  const ax = sx / sxx;
  const ay = sy / sxx;
  let squares = 0;
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      squares += (values[y * n + x]! - mean - ax * (x - centre) - ay * (y - centre)) ** 2;
    }
  }
  return Math.sqrt(squares / values.length);
}
