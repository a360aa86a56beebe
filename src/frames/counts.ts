import { RefocusdError } from "../errors/refocusd-error.js";
import { type Frame, pixelData } from "./frame.js";

/** A frame as networks and focus measures see it, and the way back to what the source stores. */
export interface CountedFrame {
  /** Counts from 0, larger is brighter; the source's own frame where that is so already. */
  readonly frame: Frame;
  /** count = (stored value - offset) * scale; 0 and 1 where stored values are counts. */
  readonly offset: number;
  readonly scale: number;
  /** The largest count that may be written back. */
  readonly largest: number;
  /** From counts of the same size and channels to values as the source stores them. */
  readonly toStored: (counts: Frame) => Frame;
}

/** Floats are stretched so far: focus measures take differences below one count for rounding. */
const FLOAT_RANGE = 65_535;

/**
 * Unsigned 8- and 16-bit values are counts as they are. Where white is 0 they are turned; values below 0 are lifted by the frame's
 * lowest, since no camera counts less than nothing; floats are stretched from 0 and their highest to 16 bits. Pixels that are no
 * number or infinite (masked ones) count as the lowest and come back as they were.
 *
 * @param significantBits bits that the camera filled, where the file tells
 * @throws RF_UNSUPPORTED_PIXELS when no pixel has a finite value
 */
export function countsOf(source: Frame, significantBits?: number): CountedFrame {
  const { bitDepth, sampleFormat, whiteIsZero, data } = source;
  const bits = sampleFormat === "int" ? bitDepth - 1 : (significantBits ?? bitDepth);
  const isUnsigned = sampleFormat === undefined;
  if (isUnsigned && bitDepth <= 16 && !whiteIsZero) {
    return { frame: source, offset: 0, scale: 1, largest: 2 ** bits - 1, toStored: (counts) => counts };
  }
  const { lowest, highest } = range(data);
  const isFloat = sampleFormat === "float";
  const top = isFloat ? highest : Math.max(2 ** bits - 1, highest);
  const from = whiteIsZero ? top : Math.min(0, lowest);
  const span = whiteIsZero ? top - Math.min(lowest, 0) : highest - from;
  const scale = (whiteIsZero ? -1 : 1) * (isFloat && span > 0 ? FLOAT_RANGE / span : 1);
  const kind = isUnsigned && bitDepth <= 16 ? { bitDepth } : ({ bitDepth: 32, sampleFormat: "float" } as const);
  const counts = pixelData(kind, data.length);
  for (let i = 0; i < data.length; i++) counts[i] = ((Number.isFinite(data[i]!) ? data[i]! : lowest) - from) * scale;
  const { width, height, channels } = source;
  return {
    frame: { width, height, channels, ...kind, data: counts },
    ...{ offset: from, scale },
    largest: isFloat ? FLOAT_RANGE : Math.abs((whiteIsZero ? Math.min(0, lowest) : 2 ** bits - 1) - from),
    toStored: (made) => {
      const stored = pixelData(source, data.length);
      for (let i = 0; i < data.length; i++) {
        const value = made.data[i]! / scale + from;
        stored[i] = !Number.isFinite(data[i]!) ? data[i]! : isFloat ? value : Math.round(value);
      }
      return { ...source, data: stored };
    },
  };
}

function range(data: ArrayLike<number>): { lowest: number; highest: number } {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  if (lowest > highest) throw new RefocusdError("RF_UNSUPPORTED_PIXELS", "no pixel has a finite value");
  return { lowest, highest };
}
