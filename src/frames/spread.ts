/**
 * Where `count` windows of `side` px begin on an axis of `length` px: the first at its start, the last at its end, the others evenly between,
 * to the nearest pixel. A single one begins at the start.
 */
export function spreadEvenly(length: number, side: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => (count === 1 ? 0 : Math.round((k * (length - side)) / (count - 1))));
}
