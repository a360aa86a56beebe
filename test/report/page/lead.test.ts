import { expect, it } from "vitest";
import type { Totals } from "../../../src/report/page/day-totals.js";
import { leadText } from "../../../src/report/page/lead.js";

const none: Totals = {
  ...{
    frames: 0,
    focused: 0,
    defocused: 0,
    uncertain: 0,
    blank: 0,
    problems: 0,
    open: 0,
    reconstructed: 0,
    repaired: 0,
  },
};

it.each<[Partial<Totals>, number, number, string]>([
  [{}, 0, 0, "Nothing happened on this day: no frame came, and none was judged."],
  [{ frames: 1, focused: 1 }, 1, 0, "1 frame from 1 position. None was out of focus."],
  [
    { frames: 1200, focused: 1190, defocused: 8, repaired: 8, uncertain: 1, problems: 1 },
    ...([12, 3] as const),
    "1,200 frames from 12 positions. 8 were out of focus, all of them reconstructed. 1 frame was uncertain. 1 frame could not be judged. 3 time points are missing.",
  ],
  [
    { frames: 2, defocused: 1, repaired: 0, open: 1 },
    1,
    1,
    "2 frames from 1 position. 1 was out of focus, none of them reconstructed. 1 time point is missing. 1 frame was still open.",
  ],
  [{ frames: 3, problems: 3 }, 0, 0, "3 frames from 0 positions. 3 frames could not be judged."],
])("%o", (totals, positions, missing, text) => {
  expect(leadText({ ...none, ...totals }, positions, missing)).toBe(text);
});
