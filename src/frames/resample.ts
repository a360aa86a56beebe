/**
 * Resizes a square of a larger plane bilinearly, sampling at pixel centres and nothing else: no low-pass filter. A square of
 * the output's own size stays as it is. Where more is reduced, what aliases in is the sharpness that SDCNN looks for: a filter
 * would remove the very band that a small defocus takes away.
 *
 * @param plane row by row, `width` wide
 * @param out receives size × size values
 */
export function resizeSquare(
  plane: ArrayLike<number>,
  width: number,
  square: { readonly left: number; readonly top: number; readonly side: number },
  size: number,
  out: Float32Array = new Float32Array(size * size),
): Float32Array {
  const { left, top, side } = square;
  const step = side / size;
  const clamp = (x: number) => Math.min(side - 1, Math.max(0, x));
  for (let y = 0; y < size; y++) {
    const v = clamp((y + 0.5) * step - 0.5);
    const y0 = Math.floor(v);
    const fy = v - y0;
    const rowA = (top + y0) * width + left;
    const rowB = (top + Math.min(side - 1, y0 + 1)) * width + left;
    for (let x = 0; x < size; x++) {
      const u = clamp((x + 0.5) * step - 0.5);
      const x0 = Math.floor(u);
      const x1 = Math.min(side - 1, x0 + 1);
      const fx = u - x0;
      const a = plane[rowA + x0]! * (1 - fx) + plane[rowA + x1]! * fx;
      const b = plane[rowB + x0]! * (1 - fx) + plane[rowB + x1]! * fx;
      out[y * size + x] = a * (1 - fy) + b * fy;
    }
  }
  return out;
}
