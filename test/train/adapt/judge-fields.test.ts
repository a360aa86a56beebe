import { resolve } from "node:path";
import { expect, test } from "vitest";
import type { LoadedNetwork } from "../../../src/engines/engine.js";
import { headNetwork } from "../../../src/train/adapt/head-network.js";
import { judgeFields } from "../../../src/train/adapt/judge-fields.js";
import { plainHead } from "./support.js";

const name = "demo_t01xy1c1.tif";
const field = { path: resolve(import.meta.dirname, "../../../samples", name), group: name };

/** Its first feature falls with how much neighbours differ. */
const pooled: LoadedNetwork = {
  run: async ({ data, shape: [n, height, width] }) => {
    const out = new Float32Array(256 * n);
    const tile = height * width * 3;
    for (let t = 0; t < n; t++) {
      let sum = 0;
      for (let i = t * tile + 3; i < (t + 1) * tile; i += 3) sum += (data[i]! - data[i - 3]!) ** 2;
      out[256 * t] = 6 - 4 * Math.log1p((20 * sum) / (height * width));
    }
    return { data: out, shape: [n, 256] };
  },
  dispose: async () => {},
};

test("a field becomes nine frames, three of them in focus, with the features of each tile", async () => {
  const seen: number[] = [];
  const thresholds = { focusedBelow: 0.35, defocusedAbove: 0.65 };
  const joint = { tiles: 1, mostTiles: 1.5, spectrum: 1, mostSpectrum: 6, shift: 0 };
  const layers = [{ weights: [Array.from({ length: 48 }, () => 0)], bias: [2] }];
  const spectrum = { layers, joint, fitted: "nothing" };
  const judged = await judgeFields(
    [field],
    headNetwork(pooled, plainHead()),
    { thresholds, spectrum },
    { na: 0.3, pixelUm: 0.65 },
    1,
    (k) => seen.push(k),
  );
  expect(seen).toEqual([1]);
  expect(judged.map(({ isDefocused }) => isDefocused)).toEqual([
    false,
    ...[false, true, true, true],
    ...[false, true, true, true],
  ]);
  for (const { tiles, group, second } of judged) {
    expect(second).toEqual({ logit: expect.closeTo(2, 9), joint });
    expect(group).toBe(name);
    for (const { features, logit } of tiles) expect(logit).toBeCloseTo(features[0]!, 4);
  }
  // The frame as it is shows more detail than what was put out of focus by 2.5 units or more.
  const mean = (k: number) => judged[k]!.tiles.reduce((sum, { logit }) => sum + logit, 0) / judged[k]!.tiles.length;
  expect(mean(0)).toBeLessThan(mean(4));
}, 120_000);
