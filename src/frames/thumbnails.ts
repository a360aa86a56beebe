import type { Frame } from "./frame.js";
import { greyPicture, type PictureValues } from "./grey-picture.js";

/** Two pictures with the same grey scale, so that a difference in contrast is seen as one. WebP, 8 bits: never for measuring. */
export interface PicturePair {
  readonly before: Buffer;
  readonly after: Buffer;
}

export interface Thumbnails {
  /** The whole frame, made smaller. */
  readonly whole: PicturePair;
  /** The part with most contrast, pixel by pixel: what is out of focus is not seen in a small picture of the whole. */
  readonly detail: PicturePair;
}

/** @param side the longer side of each picture, px */
export async function thumbnails(before: Frame, after: Frame, side: number): Promise<Thumbnails> {
  const window = richestWindow(after, side);
  return {
    whole: await pair(shrink(before, side), shrink(after, side)),
    detail: await pair(cut(before, window), cut(after, window)),
  };
}

/** Means of boxes; what is smaller stays as it is. */
export function shrink(frame: Frame, side: number): PictureValues {
  const step = Math.max(1, Math.max(frame.width, frame.height) / side);
  const [width, height] = [Math.max(1, Math.round(frame.width / step)), Math.max(1, Math.round(frame.height / step))];
  const { channels, data } = frame;
  const sign = frame.whiteIsZero ? -1 : 1;
  const values = new Float64Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = box(y, height, frame.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = box(x, width, frame.width);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let row = top; row < bottom; row++)
          for (let column = left; column < right; column++)
            sum += data[(row * frame.width + column) * channels + channel]!;
        values[(y * width + x) * channels + channel] = (sign * sum) / ((bottom - top) * (right - left));
      }
    }
  }
  return { width, height, channels, values };
}

function box(index: number, of: number, length: number): [from: number, to: number] {
  const from = Math.floor((index * length) / of);
  return [from, Math.max(from + 1, Math.floor(((index + 1) * length) / of))];
}

interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Of windows on a grid of 5 × 5 the one in which neighbouring pixels differ most. */
export function richestWindow({ width, height, channels, data }: Frame, side: number): Window {
  const [w, h] = [Math.min(side, width), Math.min(side, height)];
  let best = { left: 0, top: 0, width: w, height: h };
  let most = -1;
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 5; j++) {
      const [left, top] = [Math.round(((width - w) * j) / 4), Math.round(((height - h) * i) / 4)];
      let sum = 0;
      for (let y = top; y < top + h; y += 2)
        for (let x = left + 4; x < left + w; x += 2)
          sum += Math.abs(data[(y * width + x) * channels]! - data[(y * width + x - 4) * channels]!);
      if (sum > most) [most, best] = [sum, { left, top, width: w, height: h }];
    }
  }
  return best;
}

function cut(frame: Frame, { left, top, width, height }: Window): PictureValues {
  const { channels, data } = frame;
  const sign = frame.whiteIsZero ? -1 : 1;
  const values = new Float64Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * frame.width + left) * channels;
    for (let i = 0; i < width * channels; i++) values[y * width * channels + i] = sign * data[from + i]!;
  }
  return { width, height, channels, values };
}

async function pair(before: PictureValues, after: PictureValues): Promise<PicturePair> {
  const sorted = Float64Array.from([...before.values, ...after.values]).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const [low, high] = [at(0.002), at(0.998)];
  return { before: await greyPicture(before, low, high), after: await greyPicture(after, low, high) };
}
