import { readFile } from "node:fs/promises";
import { decodeFrame } from "../../frames/decode.js";
import type { Frame } from "../../frames/frame.js";

export interface PixelComparison {
  readonly same: boolean;
  /** In the values that the files store; null where size or type is another. */
  readonly maxDifference: number | null;
  /** Values that differ, of so many. */
  readonly differing: number;
  readonly of: number;
}

/** @throws RF_DECODE_FAILED, and Node's own for a file that cannot be read */
export async function comparePixels(recorded: string, found: string, maxPixels: number): Promise<PixelComparison> {
  const read = async (path: string) => (await decodeFrame(await readFile(path), "tiff", 0, { maxPixels })).frame;
  return compareFrames(await read(recorded), await read(found));
}

export function compareFrames(a: Frame, b: Frame): PixelComparison {
  const of = a.data.length;
  const isAlike = (["width", "height", "channels", "bitDepth", "sampleFormat", "whiteIsZero"] as const).every(
    (key) => a[key] === b[key],
  );
  if (!isAlike) return { same: false, maxDifference: null, differing: of, of };
  let differing = 0;
  let maxDifference = 0;
  for (let i = 0; i < of; i++) {
    const [was, is] = [a.data[i]!, b.data[i]!];
    // Object.is: pixels that are no number (masked ones) come back as they were.
    if (was === is || Object.is(was, is)) continue;
    differing++;
    const difference = Math.abs(was - is);
    maxDifference = Math.max(maxDifference, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return { same: differing === 0, maxDifference, differing, of };
}
