import sharp from "sharp";
import { expect, it } from "vitest";
import type { Frame } from "../../src/frames/frame.js";
import { richestWindow, shrink, thumbnails } from "../../src/frames/thumbnails.js";

/** Flat, but for stripes in the lower right quarter. */
function striped(size: number, contrast: number): Frame {
  const data = new Uint16Array(size * size).fill(1000);
  for (let y = size / 2; y < size; y++)
    for (let x = size / 2; x < size; x++) data[y * size + x] = 1000 + (x % 8 < 4 ? contrast : 0);
  return { width: size, height: size, channels: 1, bitDepth: 16, data };
}

it("makes means of boxes, and leaves alone what is small", () => {
  const data = Uint16Array.from([0, 2, 4, 6, 8, 10, 12, 14]);
  const frame: Frame = { width: 4, height: 2, channels: 1, bitDepth: 16, data };
  expect(shrink(frame, 2)).toEqual({ width: 2, height: 1, channels: 1, values: Float64Array.from([5, 9]) });
  expect(shrink(frame, 100).values).toEqual(Float64Array.from(data));
  expect(shrink({ ...frame, whiteIsZero: true }, 4).values[1]).toBe(-2);
});

it("finds the part with most contrast", () => {
  expect(richestWindow(striped(400, 500), 200)).toEqual({ left: 200, top: 200, width: 200, height: 200 });
  expect(richestWindow(striped(40, 500), 200)).toEqual({ left: 0, top: 0, width: 40, height: 40 });
});

it("makes two pairs of pictures of the same grey scale", async () => {
  const { whole, detail } = await thumbnails(striped(400, 100), striped(400, 1000), 100);
  for (const picture of [whole.before, whole.after, detail.before, detail.after])
    expect(await sharp(picture).metadata()).toMatchObject({ format: "webp", width: 100, height: 100 });
  const deviation = async (picture: Buffer) => (await sharp(picture).greyscale().stats()).channels[0]!.stdev;
  expect(await deviation(detail.after)).toBeGreaterThan(5 * (await deviation(detail.before)));
});
