import { expect, it } from "vitest";
import { choosePictures } from "../../../src/report/page/choose-pictures.js";

const of = (frameId: number, place: string, p: number, trust: number | null = null) => ({ frameId, place, p, trust });

it("shows every position before it shows one twice, the worst first", () => {
  const all = [of(1, "a", 0.7), of(2, "a", 0.9), of(3, "b", 0.8), of(4, "a", 0.95)];
  const ids = (limit: number) => choosePictures(all, limit).map(({ frameId }) => frameId);
  expect(ids(2)).toEqual([4, 3]);
  expect(ids(3)).toEqual([4, 3, 2]);
  expect(ids(9)).toEqual([4, 3, 2, 1]);
  expect(ids(0)).toEqual([]);
});

it("goes by trust where there is one", () => {
  expect(choosePictures([of(1, "a", 0.9, 0.8), of(2, "a", 0.7, 0.2)], 1)[0]!.frameId).toBe(2);
});
