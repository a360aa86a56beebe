import { expect, it } from "vitest";
import { runLayers } from "../../../src/focus/spectrum/layers.js";

it("runs dense layers with ReLU between them and none at the end", () => {
  const layers = [
    {
      weights: [
        [1, -1],
        [2, 0],
        [-1, -1],
      ],
      bias: [0, 1, 1],
    },
    { weights: [[1, -2, 5]], bias: [0.5] },
  ];
  // (3, 1): 2, 7, max(0, −3) → 2 − 14 + 0 + 0.5
  expect(runLayers(layers, Float64Array.of(3, 1))).toEqual([-11.5]);
  // (−1, −1): 0, max(0, −1), 3 → 15.5
  expect(runLayers(layers, [-1, -1])).toEqual([15.5]);
});
