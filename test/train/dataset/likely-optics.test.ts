import { expect, test } from "vitest";
import { bundledModels, findModel } from "../../../src/models/registry.js";
import { withLikelyOptics } from "../../../src/train/dataset/likely-optics.js";
import type { TrainingItem } from "../../../src/train/dataset/render-item.js";
import { defocusWeakObject } from "../../../src/train/optics/weak-object.js";
import { mapPlane } from "../../../src/train/plane.js";
import { createRandom } from "../../../src/train/random.js";
import { OPTICS, smoothNoise } from "../../restore/consistency/support.js";

const DOFS = [0.1, 2.5, -4];
const light = (side: number): TrainingItem => {
  const shown = smoothNoise(side, 1);
  const bright = (plane: typeof shown) => mapPlane(plane, (value) => 1 + 0.08 * value);
  const defocused = DOFS.map((dof) => ({ dof, plane: bright(defocusWeakObject(shown, OPTICS, dof, 0.04)) }));
  return { model: "weak", source: "x", optics: OPTICS, focused: bright(shown), defocused };
};

async function told(item: TrainingItem, seed: number) {
  const { card } = await findModel(bundledModels(), "sdcnn", "classifier");
  return withLikelyOptics(item, card.spectrum!.distance!, createRandom(seed)).defocused.map(({ likely }) => likely!);
}

test("a plane in focus is told to be unchanged, others to have lost and reversed contrast", async () => {
  const [near, out, far] = await told(light(384), 5);
  expect(Math.min(...near!.mean.subarray(0, 100))).toBeGreaterThan(0.5);
  for (const { mean } of [out!, far!]) expect(Math.min(...mean.subarray(0, 100))).toBeLessThan(-0.1);
});

test("is the same from the same seed", async () => {
  const item = light(384);
  expect(await told(item, 7)).toEqual(await told(item, 7));
});

test("of planes that are too small nothing is told: they are what they are", async () => {
  for (const { mean, variance } of await told(light(128), 5)) {
    expect(new Set(mean)).toEqual(new Set([1]));
    expect(new Set(variance)).toEqual(new Set([0]));
  }
});
