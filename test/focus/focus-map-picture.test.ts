import { expect, it } from "vitest";
import { focusMapPicture } from "../../src/focus/focus-map-picture.js";
import type { Frame } from "../../src/frames/frame.js";

const side = 420;
const frame: Frame = {
  width: side,
  height: side,
  channels: 1,
  bitDepth: 16,
  data: new Uint16Array(side * side).fill(900),
};
const window = (k: number, isBlank: boolean) => ({
  ...{ left: (k % 3) * 140, top: Math.floor(k / 3) * 140, side: 134 },
  ...{ contrast: 1, signalToNoise: 1, isBlank },
});

/** Of a tile, well below its number and within the square where the network looked. */
function colourIn(judged: Parameters<typeof focusMapPicture>[2], column: number, row: number) {
  const { rgb, width } = focusMapPicture(frame, "a.tif", judged, { focusedBelow: 0.35, defocusedAbove: 0.65 });
  // The map is 560 px wide and begins where the colour of the paper ends, below title and lines.
  const [left, top] = [10, 10 + 2 * 20 + 2 * 12 + 4];
  const at = ((top + Math.round((row + 0.5) * (560 / 3))) * width + left + Math.round((column + 0.5) * (560 / 3))) * 3;
  const [red, green, blue] = rgb.subarray(at, at + 3);
  return { red: red!, green: green!, blue: blue! };
}

it("is blue in focus, red out of focus, and grey where nothing is to be seen", () => {
  const focusMap = [
    [0.02, 0.5, 0.98],
    [0.02, 0.5, 0.98],
    [0.02, 0.5, 0.98],
  ];
  const judged = {
    ...({ verdict: "uncertain", pDefocused: 0.5, focusMap } as const),
    tiles: focusMap.flat().map((_, k) => window(k, k === 8)),
  };
  const [focused, between, defocused, blank] = [
    colourIn(judged, 0, 0),
    colourIn(judged, 1, 0),
    colourIn(judged, 2, 1),
    colourIn(judged, 2, 2),
  ];
  expect(focused.blue).toBeGreaterThan(focused.red + 40);
  expect(Math.abs(between.blue - between.red)).toBeLessThan(20);
  expect(defocused.red).toBeGreaterThan(defocused.blue + 40);
  expect(blank).toEqual({ red: blank.red, green: blank.red, blue: blank.red });
});
