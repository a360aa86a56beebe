import { createHash } from "node:crypto";
import type { Frame } from "../../src/frames/frame.js";
import { createRandom } from "../../src/train/random.js";
import { buildTiff } from "../support/tiff-fixtures.js";

/** Above the least side that is judged, so that inference does not set the pace. */
const SIDE = 72;
const BLOCK = 8;

/** A small frame like no other, with structure, so that it is not blank; no pixel is zero. */
export function smallFrame(seed: number): Frame {
  const random = createRandom(seed);
  const blocks = SIDE / BLOCK;
  const levels = Float64Array.from({ length: blocks * blocks }, () => random.between(3000, 9000));
  const data = new Uint16Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const level = levels[Math.floor(y / BLOCK) * blocks + Math.floor(x / BLOCK)]!;
      data[y * SIDE + x] = Math.round(level + random.between(-200, 200));
    }
  }
  return { width: SIDE, height: SIDE, channels: 1, bitDepth: 16, data };
}

/** As libtiff, and so NIS-Elements, writes it: the directory last. */
export function smallTiff(seed: number): Buffer {
  return buildTiff(smallFrame(seed));
}

export function twoPages(first: number, second: number): Buffer {
  return buildTiff([smallFrame(first), smallFrame(second)]);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
