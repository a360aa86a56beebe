import { expect, test } from "vitest";
import { scoreOf } from "../../../src/train/adapt/score.js";
import { judgedFrames, plainHead } from "./support.js";

const thresholds = { focusedBelow: 0.35, defocusedAbove: 0.65 };

test("frames are judged as the daemon would: by their tiles and, where there is one, their spectrum", () => {
  const frames = judgedFrames(plainHead(), 2, { middle: 0, first: 3 });
  const joint = { tiles: 1, mostTiles: 1.5, spectrum: 1, mostSpectrum: 6, shift: 0 };
  // Tiles that are sure of defocus, whatever is there.
  const say = () => () => 9;
  expect(scoreOf(frames, say, thresholds)).toMatchObject({ right: 12, wrong: 6, focusedRight: 0, focused: 6 });
  const told = frames.map((one) => ({ ...one, second: { logit: one.isDefocused ? 4 : -4, joint } }));
  expect(scoreOf(told, say, thresholds)).toMatchObject({ right: 18, wrong: 0, focusedRight: 6 });
});
