import type { Plane } from "../plane.js";

/** Mean absolute difference of two planes, in their units. */
export function meanAbsoluteError(a: Plane, b: Plane): number {
  if (a.data.length !== b.data.length) throw new RangeError("planes of different sizes");
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i]! - b.data[i]!);
  return sum / a.data.length;
}
