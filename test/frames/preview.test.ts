import sharp from "sharp";
import { expect, it } from "vitest";
import type { Frame } from "../../src/frames/frame.js";
import { previewSheet } from "../../src/frames/preview.js";

const ramp = (low: number, high: number): Frame => ({
  ...{ width: 64, height: 64, channels: 1, bitDepth: 16 },
  data: Uint16Array.from({ length: 64 * 64 }, (_, i) => low + ((high - low) * (i % 64)) / 63),
});

it("puts rows and columns on one sheet; frames of a row share their grey scale", async () => {
  const png = await previewSheet([[ramp(1000, 2000), ramp(1400, 1600)], [ramp(0, 60_000)]], 100);
  const { data, info } = await sharp(png).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([218, 218]);
  const at = (x: number, y: number) => data[(y * info.width + x) * info.channels]!;
  // Left end, right end of the strong ramp, then of the weak one beside it.
  expect(at(8, 50)).toBeLessThan(15);
  expect(at(103, 50)).toBeGreaterThan(240);
  expect(at(115, 50)).toBeGreaterThan(90);
  expect(at(209, 50)).toBeLessThan(165);
});
