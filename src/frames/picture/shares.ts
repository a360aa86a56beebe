/** A stretch of a frame along one axis, px. */
export interface Share {
  readonly from: number;
  readonly to: number;
}

/** Which stretch each of several squares in a row stands for: itself, but up to the middle of where it overlaps its neighbour. */
export function shares(starts: readonly number[], side: number): Share[] {
  return starts.map((start, k) => {
    const [before, after] = [starts[k - 1], starts[k + 1]];
    return {
      from: before === undefined ? start : Math.max(start, (before + side + start) / 2),
      to: after === undefined ? start + side : Math.min(start + side, (start + side + after) / 2),
    };
  });
}

/** The part of the picture that two stretches are. Edges are rounded, not lengths: neighbours touch. */
export function boxOf(across: Share, down: Share, scale: number) {
  const [left, right, top, bottom] = [across.from, across.to, down.from, down.to].map((px) =>
    Math.round(px * scale),
  ) as [number, number, number, number];
  return { left, top, width: right - left, height: bottom - top };
}
