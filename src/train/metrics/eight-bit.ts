import { mapPlane, type Plane, quantile } from "../plane.js";

/** A linear scale of grey values: `low` is 0, `high` is 255. */
export interface EightBitScale {
  readonly low: number;
  readonly high: number;
}

/** The scale on which image quality is told: the reference's 0.1 and 99.9 percentiles are 0 and 255. */
export function eightBitScale(reference: Plane): EightBitScale {
  const low = quantile(reference.data, 0.001);
  return { low, high: Math.max(low + 1e-6, quantile(reference.data, 0.999)) };
}

/** A plane on that scale, clipped to 0 to 255, not rounded. */
export function toEightBit(plane: Plane, { low, high }: EightBitScale): Plane {
  const scale = 255 / (high - low);
  return mapPlane(plane, (value) => Math.min(255, Math.max(0, (value - low) * scale)));
}
