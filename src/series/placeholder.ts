import { encodeTiff } from "../frames/tiff-writer.js";
import type { FlatFrame } from "./series.js";

/** A flat black frame with a white cross from corner to corner, which nobody takes for cells. It also says in itself what it is. */
export function placeholderTiff(like: FlatFrame, time: number): Buffer {
  const { width, height, channels, bitDepth } = like;
  const samples = width * height * channels;
  const data = bitDepth === 16 ? new Uint16Array(samples) : new Uint8Array(samples);
  const white = 2 ** bitDepth - 1;
  const half = Math.max(1, Math.round(Math.min(width, height) / 200));
  for (let y = 0; y < height; y++) {
    const x = Math.round((y * (width - 1)) / Math.max(1, height - 1));
    for (const middle of [x, width - 1 - x]) {
      const from = Math.max(0, middle - half);
      const to = Math.min(width, middle + half + 1);
      data.fill(white, (y * width + from) * channels, (y * width + to) * channels);
    }
  }
  const lines = [
    "PLACEHOLDER=true",
    "note=PLACEHOLDER by refocusd: there is no frame of this time point",
    `time=${time}`,
    "",
  ];
  return encodeTiff({ width, height, channels, bitDepth, data } as Parameters<typeof encodeTiff>[0], {
    description: lines.join("\n"),
    software: "refocusd",
  });
}
