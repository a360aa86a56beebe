import { describe, expect, test } from "vitest";
import { chooseTuned, type Restored, restoredScore, shortcomings } from "../../../src/train/adapt/restored-score.js";

const DOFS = [0.1, -0.6, 1.5, -2.5, 4];
const AS_IS = [0.99, 0.95, 0.7, 0.4, 0.2];

/** Items of a frame in each band, of which the adapted network gives `gain` more from 1 DOF unit on, and item k `wobble(k)` beside. */
function frames(
  gain: number,
  more: { focus?: number; wobble?: (k: number) => number; items?: number } = {},
): Restored[] {
  const { focus = 0, wobble = () => 0, items = 6 } = more;
  return Array.from({ length: items }, (_, item) =>
    DOFS.map((dof, k) => {
      const old = k < 2 ? AS_IS[k]! : AS_IS[k]! + 0.2;
      return { item, dof, asIs: AS_IS[k]!, old, adapted: old + (k < 2 ? focus : gain + wobble(item)) };
    }),
  ).flat();
}
const same = restoredScore(frames(0));
const judged = (own: readonly Restored[], ordinary = same) => shortcomings(restoredScore(own), ordinary);

describe("the score", () => {
  test("tells means by band, of frames of either sign", () => {
    const { bands, gain, error, worse } = restoredScore(frames(0.1));
    expect(bands.map(({ band, frames: count }) => `${band} ${count}`)).toEqual([
      "in focus 6",
      "0.35-1 6",
      "1-2 6",
      "2-3 6",
      "3-4.5 6",
    ]);
    expect(bands[3]!.asIs).toBeCloseTo(0.4, 12);
    expect(bands[3]!.old).toBeCloseTo(0.6, 12);
    expect(bands[3]!.adapted).toBeCloseTo(0.7, 12);
    expect(gain).toBeCloseTo(0.1, 12);
    expect(error).toBeCloseTo(0, 12);
    expect(worse).toEqual({ old: 0, adapted: 0 });
  });

  test("counts frames that come out worse by more than 0.02, in focus as well", () => {
    expect(restoredScore(frames(0.1, { focus: -0.021 })).worse).toEqual({ old: 0, adapted: 12 });
    expect(restoredScore(frames(0.1, { focus: -0.019 })).worse).toEqual({ old: 0, adapted: 0 });
  });

  test("takes the error over items, of which the frames are not independent", () => {
    const { gain, error } = restoredScore(frames(0.1, { wobble: (k) => (k % 2 === 0 ? 0.05 : -0.05) }));
    expect(gain).toBeCloseTo(0.1, 12);
    expect(error).toBeCloseTo(Math.sqrt((6 * 0.05 ** 2) / 5 / 6), 12);
  });

  test("does not know how sure one item is", () => {
    expect(restoredScore(frames(0.1, { items: 1 })).error).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("better", () => {
  test("is a sure gain that costs nothing", () => {
    expect(judged(frames(0.05))).toEqual([]);
  });

  test.each([
    ["no gain", frames(0), /restores no better/],
    ["a gain that nobody sees", frames(0.004), /restores no better/],
    ["a loss", frames(-0.05), /SSIM −0\.050/],
    ["a gain that may be chance", frames(0.05, { wobble: (k) => (k === 0 ? 0.6 : -0.12) }), /may be chance/],
    ["a gain on one piece only", frames(0.5, { items: 1 }), /may be chance/],
    ["a loss in focus", frames(0.05, { focus: -0.001 }), /in focus come out worse/],
    ["frames that come out worse", frames(0.05, { focus: -0.03 }), /more of your frames come out worse/],
  ])("is not %s", (_, own, why) => {
    expect(judged(own).join("; ")).toMatch(why);
  });

  test("may cost a little on ordinary frames, but not more than it brings", () => {
    expect(judged(frames(0.05), restoredScore(frames(-0.04)))).toEqual([]);
    expect(judged(frames(0.05), restoredScore(frames(-0.06))).join()).toMatch(/more on ordinary frames/);
    expect(judged(frames(0.05), restoredScore(frames(0.05, { focus: -0.03 }))).join()).toMatch(
      /more of the ordinary frames/,
    );
  });
});

test("of those that were tried the one that gains most on both together is taken, but one of which nothing falls short goes before", () => {
  const one = (own: number, ordinary: number, ...why: string[]) => {
    return { own: restoredScore(frames(own)), ordinary: restoredScore(frames(ordinary)), shortcomings: why };
  };
  const [much, kept, short] = [one(0.2, -0.1), one(0.15, -0.01), one(0.5, 0, "chance")];
  expect(chooseTuned([much, kept])).toBe(kept);
  expect(chooseTuned([much, kept, short])).toBe(kept);
  expect(chooseTuned([one(0.1, 0, "chance"), short])).toBe(short);
});
