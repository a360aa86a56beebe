import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { LoadedNetwork } from "../../../src/engines/engine.js";
import { adaptClassifier, isBetterThan, type Score } from "../../../src/train/adapt/adapt-classifier.js";
import { adaptationTable } from "../../../src/train/adapt/adapted-card.js";

const SAMPLES = resolve(import.meta.dirname, "../../../samples");
const fields = ["demo_t01xy1c1.tif", "demo_t01xy2c1.tif"].map((name) => ({ path: `${SAMPLES}/${name}`, group: name }));
const thresholds = { focusedBelow: 0.35, defocusedAbove: 0.65 };

/** Ranks by how much neighbours differ, but its line lies far on one side: it calls nothing focused. */
const biased: LoadedNetwork = {
  run: async ({ data, shape }) => {
    const [n, height, width] = shape;
    const out = new Float32Array(2 * n);
    const tile = height * width * 3;
    for (let t = 0; t < n; t++) {
      let sum = 0;
      for (let i = t * tile + 3; i < (t + 1) * tile; i += 3) sum += (data[i]! - data[i - 3]!) ** 2;
      const logit = 6 - 4 * Math.log1p((20 * sum) / (height * width));
      out[2 * t + 1] = 1 / (1 + Math.exp(-(logit + 12)));
      out[2 * t] = 1 - out[2 * t + 1]!;
    }
    return { data: out, shape: [n, 2] };
  },
  dispose: async () => {},
};

describe("adapting", () => {
  test("judges each field by a line fitted without it, and tells whether that is better", async () => {
    const seen: number[] = [];
    const adaptation = await adaptClassifier(fields, biased, thresholds, { na: 0.3, pixelUm: 0.65 }, 1, (k) =>
      seen.push(k),
    );
    expect(seen).toEqual([1, 2]);
    const { before, after, frames, line } = adaptation;
    expect(frames).toBe(18);
    for (const score of [before, after]) {
      expect(score.right + score.uncertain + score.wrong).toBe(18);
      expect(score.focused).toBe(6);
    }
    expect(before.focusedRight).toBe(0);
    expect(line.shift).toBeLessThan(0);
    expect(after.logLoss).toBeLessThan(before.logLoss);
    expect(adaptation.isBetter).toBe(isBetterThan(after, before));
    const { rows } = adaptationTable({ name: "sdcnn", version: "1" }, adaptation, "samples");
    expect(rows.map(([name]) => name)).toEqual(["sdcnn 1", "adapted"]);
  }, 120_000);

  test("a wrong frame weighs as much as a right one; uncertain ones weigh nothing", () => {
    const score = (right: number, uncertain: number, wrong: number, logLoss: number): Score => ({
      ...{ right, uncertain, wrong, logLoss },
      ...{ focused: 9, focusedRight: 5 },
    });
    const before = score(39, 2, 13, 1.2);
    expect(isBetterThan(score(34, 19, 1, 0.4), before)).toBe(true);
    expect(isBetterThan(score(25, 28, 1, 0.4), before)).toBe(false);
    expect(isBetterThan(score(45, 0, 14, 0.4), before)).toBe(false);
    expect(isBetterThan(score(45, 0, 9, 1.3), before)).toBe(false);
  });
});
