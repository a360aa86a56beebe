import { expect, test } from "vitest";
import { START, turnAt } from "../../../src/train/loop/passes.js";

const items = (n: number) => Array.from({ length: n }, (_, k) => `${k}`);

test("a pass keeps to the items that were there when it began; the next takes those that came meanwhile", () => {
  let place = START;
  const seen: string[][] = [[], []];
  for (let step = 0; place.pass < 2; step++) {
    const turn = turnAt(place, items(5 + step), 2, 7);
    seen[place.pass]!.push(...turn.items);
    place = turn.next;
  }
  expect(seen[0]!.toSorted()).toEqual(items(5));
  // Three steps for five items; then there are eight.
  expect(seen[1]!.toSorted()).toEqual(items(8));
});

test("the share that is over grows from 0 within each pass", () => {
  const first = turnAt(START, items(5), 2, 7);
  const second = turnAt(first.next, items(5), 2, 7);
  const third = turnAt(second.next, items(5), 2, 7);
  expect([first, second, third].map(({ share }) => share)).toEqual([0, 1 / 3, 2 / 3]);
  expect(third.next).toEqual({ pass: 1, step: 0, items: 0 });
});

test("items that vanish within a pass end the training with a code", () => {
  const { next } = turnAt(START, items(5), 2, 7);
  expect(() => turnAt(next, items(4), 2, 7)).toThrow(/RF_TRAINING_DATA/);
  expect(() => turnAt(START, [], 2, 7)).toThrow(/RF_TRAINING_DATA/);
});
