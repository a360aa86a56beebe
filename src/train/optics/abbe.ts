import { fft2d } from "../../optics/fft2d.js";
import { type Optics, pupil } from "../../optics/optics.js";
import type { Plane } from "../plane.js";

/** A thin object: how much it retards light, and how much it absorbs. Square, side as the FFT takes it, periodic. */
export interface ThinObject {
  /** Phase, rad; positive retards. */
  readonly phase: Plane;
  /** Absorption of the amplitude, as exp(−a). */
  readonly absorption?: Plane;
}

/** Where the light comes from: points on the annulus, in units of whole frequency bins of the n × n field. */
export interface SourcePoint {
  readonly x: number;
  readonly y: number;
}

/**
 * `count` points spread over the annulus. They lie on whole bins: shifting the pupil by a source point is then a shift of
 * indices, and each plane wave is periodic in the field.
 *
 * @param turn rotates the points, 0 to 1 of the distance between two
 */
export function annulusPoints(optics: Optics, n: number, count: number, turn = 0): SourcePoint[] {
  const scale = (n * optics.pixelUm * optics.na) / optics.wavelengthUm;
  return Array.from({ length: count }, (_, k) => {
    const angle = (2 * Math.PI * (k + turn)) / count;
    // Three radii across the ring, taken in turn, so that its width counts.
    const radius = optics.annulusRadius + (optics.annulusWidth * ((k % 3) - 1)) / 3;
    return { x: Math.round(radius * scale * Math.cos(angle)), y: Math.round(radius * scale * Math.sin(angle)) };
  });
}

/**
 * Images of a thin object at several defocus values by Abbe's sum: each source point's plane wave passes the object and the
 * pupil, and the intensities add. Non-linear in the phase: it shows ghosts, and +z unlike −z, which the weak-object filter cannot.
 *
 * @param dofs defocus values in DOF units, signed
 * @returns intensities relative to the empty background (1)
 */
export function abbeImages(
  object: ThinObject,
  optics: Optics,
  dofs: readonly number[],
  points: readonly SourcePoint[],
): Plane[] {
  const n = object.phase.width;
  const fft = fft2d(n);
  const spectrum = new Float32Array(2 * n * n);
  for (let i = 0; i < n * n; i++) {
    const amplitude = object.absorption ? Math.exp(-object.absorption.data[i]!) : 1;
    spectrum[2 * i] = amplitude * Math.cos(object.phase.data[i]!);
    spectrum[2 * i + 1] = amplitude * Math.sin(object.phase.data[i]!);
  }
  fft.forward(spectrum);

  return dofs.map((dof) => {
    const disc = pupilDisc(optics, n, dof);
    const intensity = new Float64Array(n * n);
    const field = new Float32Array(2 * n * n);
    let background = 0;
    for (const point of points) {
      background += disc.intensityAt(point);
      field.fill(0);
      for (let k = 0; k < disc.count; k++) {
        const x = disc.x[k]! - point.x;
        const y = disc.y[k]! - point.y;
        // The object's spectrum ends at the sampling limit; beyond it there is nothing, not a wrapped copy.
        if (x < -n / 2 || x >= n / 2 || y < -n / 2 || y >= n / 2) continue;
        const at = 2 * ((y < 0 ? y + n : y) * n + (x < 0 ? x + n : x));
        const re = spectrum[at]!;
        const im = spectrum[at + 1]!;
        const qr = disc.re[k]!;
        const qi = disc.im[k]!;
        field[at] = re * qr - im * qi;
        field[at + 1] = re * qi + im * qr;
      }
      fft.inverse(field);
      for (let i = 0; i < intensity.length; i++) {
        const re = field[2 * i]!;
        const im = field[2 * i + 1]!;
        intensity[i]! += re * re + im * im;
      }
    }
    const data = new Float32Array(n * n);
    for (let i = 0; i < data.length; i++) data[i] = intensity[i]! / background;
    return { width: n, height: n, data };
  });
}

/** The pupil on whole frequency bins, only where it is open. */
function pupilDisc(optics: Optics, n: number, dof: number) {
  const radius = (n * optics.pixelUm * optics.na) / optics.wavelengthUm;
  const reach = Math.floor(radius);
  const x: number[] = [];
  const y: number[] = [];
  const re: number[] = [];
  const im: number[] = [];
  for (let v = -reach; v <= reach; v++) {
    for (let u = -reach; u <= reach; u++) {
      const q = pupil(optics, Math.hypot(u, v) / radius, dof);
      if (q.amplitude === 0) continue;
      x.push(u);
      y.push(v);
      re.push(q.amplitude * Math.cos(q.phase));
      im.push(q.amplitude * Math.sin(q.phase));
    }
  }
  return {
    count: x.length,
    x: Int32Array.from(x),
    y: Int32Array.from(y),
    re: Float64Array.from(re),
    im: Float64Array.from(im),
    intensityAt: (point: SourcePoint) => pupil(optics, Math.hypot(point.x, point.y) / radius, dof).amplitude ** 2,
  };
}
