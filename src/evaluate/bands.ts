/** Bands of |z| in DOF units in which figures are told. Up to 0.35 a frame counts as focused, from 1 as defocused. */
export const BANDS = [
  { name: "0-0.35", from: 0, to: 0.35, defocused: false },
  { name: "1-2", from: 1, to: 2, defocused: true },
  { name: "2-3", from: 2, to: 3, defocused: true },
  { name: "3-4.5", from: 3, to: 4.5, defocused: true },
] as const;

export type Band = (typeof BANDS)[number];
