import { mapPlane, type Plane } from "../plane.js";
import type { Random } from "../random.js";

/** Uneven illumination: a slope and a vignette, about 1. */
export interface Illumination {
  readonly slopeX: number;
  readonly slopeY: number;
  readonly vignette: number;
}

export function drawIllumination(random: Random): Illumination {
  return {
    slopeX: random.normal() * 0.06,
    slopeY: random.normal() * 0.06,
    vignette: random.chance(0.5) ? random.between(0, 0.25) : 0,
  };
}

/** Multiplies the relative intensities by the illumination. */
export function illuminate(plane: Plane, illumination: Illumination): Plane {
  const { width, height } = plane;
  return mapPlane(plane, (value, i) => {
    const x = (i % width) / width - 0.5;
    const y = Math.floor(i / width) / height - 0.5;
    return value * (1 + illumination.slopeX * x + illumination.slopeY * y - illumination.vignette * (x * x + y * y));
  });
}

export interface Camera {
  /** Counts of the empty, evenly lit background. */
  readonly background: number;
  readonly offset: number;
  /** Electrons per count. */
  readonly gain: number;
  /** Read noise, counts. */
  readonly readNoise: number;
  /** Largest count: 4095 for a 12-bit camera. */
  readonly saturation: number;
}

export const CAMERA_12_BIT: Camera = { background: 1600, offset: 100, gain: 4, readNoise: 2.5, saturation: 4095 };

/** Relative intensities to counts in 16 bits, with shot and read noise. */
export function expose(plane: Plane, camera: Camera, random: Random): Uint16Array {
  const counts = new Uint16Array(plane.data.length);
  for (let i = 0; i < counts.length; i++) {
    const signal = Math.max(0, plane.data[i]! * camera.background);
    const noise = Math.sqrt(signal / camera.gain + camera.readNoise ** 2) * random.normal();
    counts[i] = Math.min(camera.saturation, Math.max(0, Math.round(signal + camera.offset + noise)));
  }
  return counts;
}
