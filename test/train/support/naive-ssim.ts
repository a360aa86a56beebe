import type { Plane } from "../../../src/train/plane.js";

/** SSIM as Wang et al. write it, place by place with the two-dimensional window: slow, and nothing is shared with the project's own. */
export function naiveSsim(a: Plane, b: Plane, range: number): number {
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  const weights = Array.from({ length: 121 }, (_, i) =>
    Math.exp(-(((i % 11) - 5) ** 2 + (Math.floor(i / 11) - 5) ** 2) / (2 * 1.5 ** 2)),
  );
  const total = weights.reduce((x, y) => x + y, 0);
  let sum = 0;
  let places = 0;
  for (let top = 0; top + 11 <= a.height; top++) {
    for (let left = 0; left + 11 <= a.width; left++) {
      const pick = (plane: Plane) =>
        weights.map((_, i) => plane.data[(top + Math.floor(i / 11)) * plane.width + left + (i % 11)]!);
      const [x, y] = [pick(a), pick(b)];
      const mean = (values: number[]) => values.reduce((m, v, i) => m + v * weights[i]!, 0) / total;
      const [mx, my] = [mean(x), mean(y)];
      const vx = mean(x.map((v) => (v - mx) ** 2));
      const vy = mean(y.map((v) => (v - my) ** 2));
      const cov = mean(x.map((v, i) => (v - mx) * (y[i]! - my)));
      sum += ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2));
      places++;
    }
  }
  return sum / places;
}
