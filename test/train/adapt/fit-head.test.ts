import { describe, expect, test } from "vitest";
import { fitHead, type Lesson } from "../../../src/train/adapt/fit-head.js";
import { type Head, hiddenOf, logitOf } from "../../../src/train/adapt/head.js";
import type { Judged } from "../../../src/train/adapt/score.js";
import { createRandom } from "../../../src/train/random.js";
import { judgedFrames, plainHead } from "./support.js";

const lessons = (judged: readonly Judged[]): Lesson[] =>
  judged.map(({ isDefocused, tiles }) => ({
    isDefocused,
    tiles: tiles.map(({ features }) => ({ features, weight: 1 })),
  }));
const logits = (head: Head, { tiles }: Lesson) => tiles.map(({ features }) => logitOf(head, hiddenOf(head, features)));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const wrong = (head: Head, some: readonly Lesson[]) =>
  some.filter((one) => mean(logits(head, one)) > 0 !== one.isDefocused).length;
/** How far on the wrong side the frames in focus lie. */
const focusedLogit = (head: Head, some: readonly Lesson[]) =>
  mean(some.filter(({ isDefocused }) => !isDefocused).flatMap((one) => logits(head, one)));
const head = plainHead();
/** All of them on one side of the old line. */
const own = lessons(judgedFrames(head, 4, { middle: 6, first: 0.5 }));
const unseen = lessons(judgedFrames(head, 3, { middle: 6, first: 0.6 }));
const ordinary = lessons(judgedFrames(head, 4, { middle: 0, first: 4 }));

describe("fitting the last layers", () => {
  for (const layers of ["last", "both"] as const) {
    test(`${layers}: learns what the laboratory's frames show, and keeps what it knew`, () => {
      const before = focusedLogit(head, unseen);
      expect(before).toBeGreaterThan(3);
      expect(wrong(head, ordinary)).toBe(0);
      const fitted = fitHead(head, own, ordinary, layers, createRandom(1));
      expect(focusedLogit(fitted, unseen)).toBeLessThan(before - 1.5);
      expect(wrong(fitted, unseen)).toBeLessThanOrEqual(wrong(head, unseen));
      expect(wrong(fitted, ordinary)).toBe(0);
      // Of the last layer nothing but itself moves.
      expect(fitted.kernel === head.kernel).toBe(layers === "last");
    });

    test(`${layers}: the same seed gives the same weights, and the old ones are not touched`, () => {
      const old = plainHead();
      const [a, b] = [1, 1].map((seed) => fitHead(old, own, ordinary, layers, createRandom(seed)));
      expect(a).toEqual(b);
      expect(old).toEqual(plainHead());
      expect(a!.out).not.toEqual(old.out);
    }, 30_000);
  }

  test("nothing is learnt from one class alone", () => {
    const focused = own.filter(({ isDefocused }) => !isDefocused);
    expect(fitHead(head, focused, ordinary, "last", createRandom(1))).toBe(head);
    expect(fitHead(head, [], ordinary, "both", createRandom(1))).toBe(head);
  });
});
