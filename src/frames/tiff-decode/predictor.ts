/** Values as unsigned integers of the container's width, before they are taken for signed numbers or floats. */
export type RawSamples = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

export const PREDICTOR = { none: 1, horizontal: 2, floatingPoint: 3 } as const;

/**
 * Undoes horizontal differencing (TIFF 6.0, section 14) in one row, in place.
 *
 * @param samples values per pixel that lie side by side
 * @param bits of a value; sums wrap at 2^bits
 */
export function undoHorizontal(row: RawSamples, samples: number, bits: number): void {
  if (row instanceof BigUint64Array) {
    for (let i = samples; i < row.length; i++) row[i] = row[i]! + row[i - samples]!;
    return;
  }
  // Typed arrays wrap at their own width; narrower values are cut.
  const mask = bits < 32 ? 2 ** bits - 1 : undefined;
  for (let i = samples; i < row.length; i++) {
    const sum = row[i]! + row[i - samples]!;
    row[i] = mask === undefined ? sum : sum & mask;
  }
}

/**
 * Undoes the floating-point predictor (Adobe Photoshop TIFF technical note 3) in one row of bytes: differences between bytes
 * `samples` apart, then byte planes, the most significant first.
 *
 * @returns the row's values as bytes, each value with its most significant byte first
 */
export function undoFloatingPoint(row: Uint8Array, samples: number, bytesPerValue: number): Uint8Array {
  const sums = Uint8Array.from(row);
  for (let i = samples; i < sums.length; i++) sums[i] = sums[i]! + sums[i - samples]!;
  const values = sums.length / bytesPerValue;
  const out = new Uint8Array(sums.length);
  for (let v = 0, at = 0; v < values; v++) {
    for (let b = 0; b < bytesPerValue; b++) out[at++] = sums[b * values + v]!;
  }
  return out;
}
