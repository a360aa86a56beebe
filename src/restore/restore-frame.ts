import type { LoadedNetwork } from "../engines/engine.js";
import { type Frame, pixelData } from "../frames/frame.js";
import { channelStatistics, standardisedChannel } from "../frames/pixels.js";
import { mirrored, type Stretch, stretches } from "./patch-grid.js";

/**
 * Reconstructs a defocused frame with ResUNet: same size, depth and channels, in the same counts (`countsOf`). Each channel goes through
 * the network on its own, standardised by its mean and s.d., which are put back afterwards.
 *
 * @param network [1, h, w, 1] → the same, h and w multiples of 32
 * @param largest the largest count that may come out, e.g. 4095 for a 12-bit camera
 */
export async function restoreFrame(
  frame: Frame,
  network: LoadedNetwork,
  largest = frame.bitDepth === 8 ? 255 : 65535,
): Promise<Frame> {
  const { width, height, channels, sampleFormat } = frame;
  const out = pixelData(frame, frame.data.length);
  const round = sampleFormat === "float" ? (value: number) => value : Math.round;
  const statistics = channelStatistics(frame);
  for (let c = 0; c < channels; c++) {
    const { mean, sd } = statistics[c]!;
    const plane = standardisedChannel(frame, c, statistics[c]!);
    for (const row of stretches(height)) {
      for (const column of stretches(width)) {
        const patch = readPatch(plane, width, height, column, row);
        const restored = await network.run({ data: patch, shape: [1, row.length, column.length, 1] });
        for (let y = row.keepFrom; y < row.keepTo; y++) {
          const from = (y - row.from) * column.length - column.from;
          for (let x = column.keepFrom; x < column.keepTo; x++) {
            const value = round(restored.data[from + x]! * sd + mean);
            out[(y * width + x) * channels + c] = Math.max(0, Math.min(largest, value));
          }
        }
      }
    }
  }
  return { ...frame, data: out };
}

function readPatch(plane: Float32Array, width: number, height: number, column: Stretch, row: Stretch): Float32Array {
  const patch = new Float32Array(row.length * column.length);
  const columns = Int32Array.from({ length: column.length }, (_, x) => mirrored(column.from + x, width));
  for (let y = 0; y < row.length; y++) {
    const from = mirrored(row.from + y, height) * width;
    for (let x = 0; x < column.length; x++) patch[y * column.length + x] = plane[from + columns[x]!]!;
  }
  return patch;
}
