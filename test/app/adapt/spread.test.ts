import { expect, test } from "vitest";
import { type Candidate, spread } from "../../../src/app/adapt/spread.js";

const frame = (place: string, atMs: number, isReviewed = false): Candidate => ({
  ...{ path: `${place}${atMs}`, sha256: "", place, atMs, isReviewed },
});
const order = (candidates: readonly Candidate[]) => spread(candidates).map(({ path }) => path);

test("takes positions in turn, and of each what lies farthest from what was taken", () => {
  const all = [..."abc"].flatMap((place) => [0, 1, 2, 3, 8].map((at) => frame(place, at)));
  expect(order(all).slice(0, 9)).toEqual(["a0", "b0", "c0", "a8", "b8", "c8", "a3", "b3", "c3"]);
  expect(new Set(order(all)).size).toBe(15);
});

test("takes what people said first, and keeps away from it in time", () => {
  expect(order([frame("a", 0), frame("a", 5, true), frame("a", 6), frame("b", 1)])).toEqual(["a5", "a0", "b1", "a6"]);
});

test("takes each once where times are equal, and is quick with a position of a hundred thousand", () => {
  expect(new Set(order([1, 2, 3].map((k) => ({ ...frame("a", 7), path: `${k}` })))).size).toBe(3);
  const many = Array.from({ length: 100_000 }, (_, k) => frame("a", k));
  expect(order(many).slice(0, 3)).toEqual(["a0", "a99999", "a49999"]);
});
