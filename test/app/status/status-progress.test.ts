import { expect, it } from "vitest";
import { progressText } from "../../../src/app/status/status-progress.js";

const MIN = 60_000;

it.each([
  [
    { backlog: 120, framesPerMinute: 34.23, windowMs: 5 * MIN, etaMs: 3.5 * MIN },
    "120 frames, about 4 min at 34 frames per minute (over the last 5 min)",
  ],
  [
    { backlog: 20_000, framesPerMinute: 123.4, windowMs: 5 * MIN, etaMs: 162 * MIN },
    "20000 frames, about 2.7 h at 123 frames per minute (over the last 5 min)",
  ],
  [
    { backlog: 1, framesPerMinute: 1.25, windowMs: 48_000, etaMs: 300 },
    "1 frame, about 1 s at 1.3 frames per minute (over the last 48 s)",
  ],
  [
    { backlog: 0, framesPerMinute: 3, windowMs: 5 * MIN, etaMs: 0 },
    "0 frames; 3 frames per minute (over the last 5 min)",
  ],
  [{ backlog: 7, framesPerMinute: 0, windowMs: 5 * MIN, etaMs: null }, "7 frames; none was finished in the last 5 min"],
])("%o", (progress, text) => {
  expect(progressText(progress)).toBe(text);
});
