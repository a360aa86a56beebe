import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { cardSchema } from "../../src/models/card.js";
import { bundledModels } from "../../src/models/registry.js";

const bundled = cardSchema.parse(JSON.parse(readFileSync(join(bundledModels(), "sdcnn", "card.json"), "utf8")));
const { distance, ...opinion } = bundled.spectrum!;
const withDistance = (changed: unknown) =>
  cardSchema.safeParse({ ...bundled, spectrum: { ...opinion, distance: changed } });
const layer = (rows: number, columns: number) => ({
  weights: Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0)),
  bias: Array.from({ length: rows }, () => 0),
});

it("is in the card of the bundled classifier", () => {
  expect(distance).toMatchObject({ widen: { withSampling: expect.any(Number), withoutSampling: expect.any(Number) } });
});

it("may be missing, as in cards of 1.5.0 and before", () => {
  expect(cardSchema.parse({ ...bundled, spectrum: opinion }).spectrum?.distance).toBeUndefined();
});

it.each([
  ["takes 50 numbers", [layer(8, 48), layer(3, 8)]],
  ["gives three", [layer(8, 50), layer(1, 8)]],
  ["has layers that follow from each other", [layer(8, 50), layer(3, 9)]],
])("%s", (_what, layers) => {
  expect(withDistance({ ...distance, layers }).success).toBe(false);
  expect(withDistance({ ...distance, layers: [layer(8, 50), layer(3, 8)] }).success).toBe(true);
});

it("does not turn the interval inside out", () => {
  for (const factor of [0, -1])
    expect(withDistance({ ...distance, widen: { withSampling: factor, withoutSampling: 1 } }).success).toBe(false);
});
