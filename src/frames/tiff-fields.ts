import type { TAG } from "./tiff-tags.js";

/** A tag with its value as it stands in the file, little-endian. */
export interface RawTag {
  readonly id: number;
  readonly type: number;
  readonly count: number;
  readonly data: Buffer;
}

type TagId = (typeof TAG)[keyof typeof TAG];

const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;

export function shorts(id: TagId, values: readonly number[]): RawTag {
  const data = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) data.writeUInt16LE(value, i * 2);
  return { id, type: SHORT, count: values.length, data };
}

export function longs(id: TagId, values: readonly number[]): RawTag {
  const data = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) data.writeUInt32LE(value, i * 4);
  return { id, type: LONG, count: values.length, data };
}

/** Numerator and denominator, each in 32 bits. */
export function rational(id: TagId, numerator: number, denominator: number): RawTag {
  return { ...longs(id, [numerator, denominator]), type: RATIONAL, count: 1 };
}

/** UTF-8 with a closing NUL: TIFF says ASCII, but microscopes and OME write µ and λ so, and readers expect it. */
export function ascii(id: TagId, text: string): RawTag {
  const data = Buffer.from(`${text.replaceAll("\0", "")}\0`, "utf8");
  return { id, type: ASCII, count: data.length, data };
}
