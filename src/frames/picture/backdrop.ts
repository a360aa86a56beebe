import type { Frame } from "../frame.js";
import { type Canvas, createCanvas } from "./canvas.js";

/** Grey levels: what lies behind a map needs no more, and noise is what takes the bytes. */
const LEVELS = 24;
/** Dimmed, so that colours and letters on it are read. */
const [DARKEST, LIGHTEST] = [24, 168];
const SAMPLE = 40_000;

export interface Backdrop {
  readonly canvas: Canvas;
  /** Pixels of the picture for one of the frame. */
  readonly scale: number;
}

/**
 * A dimmed grey view of a frame, larger values brighter.
 * @param frame counts, larger is brighter
 * @param side of the picture along the frame's longer side, px
 */
export function backdrop(frame: Frame, side: number): Backdrop {
  const scale = side / Math.max(frame.width, frame.height);
  const [width, height] = [frame.width, frame.height].map((length) => Math.max(1, Math.round(length * scale))) as [
    number,
    number,
  ];
  const values = new Float64Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) values[y * width + x] = meanOf(frame, x / scale, y / scale, 1 / scale);
  const step = Math.max(1, Math.floor(values.length / SAMPLE));
  const sorted = values.filter((_, i) => i % step === 0).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const [low, high] = [at(0.002), at(0.998)];
  const canvas = createCanvas(width, height, [0, 0, 0]);
  for (const [i, value] of values.entries()) {
    const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0;
    const level = Math.round(share * (LEVELS - 1)) / (LEVELS - 1);
    canvas.rgb.fill(Math.round(DARKEST + level * (LIGHTEST - DARKEST)), 3 * i, 3 * i + 3);
  }
  return { canvas, scale };
}

/** Over a square of the frame and its channels; at least one pixel. */
function meanOf({ width, height, channels, data }: Frame, left: number, top: number, side: number): number {
  const [x0, y0] = [Math.min(width - 1, Math.floor(left)), Math.min(height - 1, Math.floor(top))];
  const x1 = Math.min(width, Math.max(x0 + 1, Math.floor(left + side)));
  const y1 = Math.min(height, Math.max(y0 + 1, Math.floor(top + side)));
  let sum = 0;
  for (let y = y0; y < y1; y++)
    for (let i = (y * width + x0) * channels; i < (y * width + x1) * channels; i++) sum += data[i]!;
  return sum / ((x1 - x0) * (y1 - y0) * channels);
}
