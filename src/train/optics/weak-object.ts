import { fft2d } from "../../optics/fft2d.js";
import type { Optics } from "../../optics/optics.js";
import { defocusFilter, lookUp, weakObjectTransfer } from "../../optics/weak-object-transfer.js";
import type { Plane } from "../plane.js";

/**
 * What a focused frame looks like at defocus `dof`, if the object is weak: its spectrum times
 * (H(z)H(0) + ε)/(H(0)² + ε). With ε on both sides nothing changes at z = 0, and what the optics never transferred (illumination
 * below the ring's width, camera noise beyond the cut-off) stays as it is.
 *
 * @param plane square, side as the FFT takes it; wraps around at its edges
 */
export function defocusWeakObject(plane: Plane, optics: Optics, dof: number, absorption = 0): Plane {
  return defocusWeakObjectSeries(plane, optics, [dof], absorption)[0]!;
}

/** The same at several defocus values: the forward transform is shared, and two images ride in one inverse one. */
export function defocusWeakObjectSeries(
  plane: Plane,
  optics: Optics,
  dofs: readonly number[],
  absorption = 0,
): Plane[] {
  const n = plane.width;
  const fft = fft2d(n);
  const spectrum = new Float32Array(2 * n * n);
  for (let i = 0; i < n * n; i++) spectrum[2 * i] = plane.data[i]!;
  fft.forward(spectrum);

  const focus = weakObjectTransfer(optics, 0, absorption);
  const result: Plane[] = [];
  for (let k = 0; k < dofs.length; k += 2) {
    const first = defocusFilter(focus, weakObjectTransfer(optics, dofs[k]!, absorption), optics, n);
    const second =
      dofs[k + 1] === undefined
        ? undefined
        : defocusFilter(focus, weakObjectTransfer(optics, dofs[k + 1]!, absorption), optics, n);
    const work = new Float32Array(2 * n * n);
    for (let y = 0; y < n; y++) {
      const fy = y < n / 2 ? y : y - n;
      for (let x = 0; x < n; x++) {
        const fx = x < n / 2 ? x : x - n;
        const bin = Math.sqrt(fx * fx + fy * fy);
        const a = lookUp(first, bin);
        const b = second ? lookUp(second, bin) : 0;
        const at = 2 * (y * n + x);
        const re = spectrum[at]!;
        const im = spectrum[at + 1]!;
        // F·(a + ib): the filters are real and even, so the real part of the inverse is one image, the imaginary part the other.
        work[at] = re * a - im * b;
        work[at + 1] = re * b + im * a;
      }
    }
    fft.inverse(work);
    result.push(part(work, n, 0));
    if (second) result.push(part(work, n, 1));
  }
  return result;
}

function part(field: Float32Array, n: number, offset: 0 | 1): Plane {
  const data = new Float32Array(n * n);
  for (let i = 0; i < data.length; i++) data[i] = field[2 * i + offset]!;
  return { width: n, height: n, data };
}
