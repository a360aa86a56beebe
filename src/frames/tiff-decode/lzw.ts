import { damaged } from "../tiff-directory.js";

const CLEAR = 256;
const END = 257;
const FIRST = 258;
const TABLE = 4096;

/**
 * TIFF's LZW (TIFF 6.0, section 13) into exactly `length` bytes; what follows is ignored. Also the variant of before 1988, which
 * packs codes from the low bit and widens them one code later: its first code, Clear, makes the bytes 0, 1.
 *
 * @throws TiffStop for a code that is not in the table yet, and when the data end before `length`
 */
export function unpackLzw(packed: Uint8Array, length: number): Uint8Array {
  const old = isOldLzw(packed);
  const out = new Uint8Array(length);
  // A code's string stands in the output already: where it was written first and how long it is.
  const starts = new Uint32Array(TABLE);
  const lengths = new Uint32Array(TABLE);
  let next = FIRST;
  let width = 9;
  let bits = 0;
  let held = 0;
  let input = 0;
  let at = 0;
  let previousStart = -1;
  let previousLength = 0;
  while (at < length) {
    while (held < width) {
      const byte = packed[input++];
      if (byte === undefined) throw damaged("LZW data end early");
      bits = old ? bits | (byte << held) : ((bits << 8) | byte) & 0xff_ffff;
      held += 8;
    }
    const code = old ? bits & ((1 << width) - 1) : (bits >> (held - width)) & ((1 << width) - 1);
    if (old) bits >>= width;
    held -= width;
    if (code === END) break;
    if (code === CLEAR) {
      next = FIRST;
      width = 9;
      previousStart = -1;
      continue;
    }
    const start = at;
    if (code < CLEAR) out[at++] = code;
    else if (code < next) at = copyWithin(out, starts[code]!, lengths[code]!, at);
    // The one code that may stand for a string that is just being made.
    else if (code === next && previousStart >= 0) at = copyWithin(out, previousStart, previousLength + 1, at);
    else throw damaged(`LZW code ${code} where ${next} are known`);
    if (previousStart >= 0 && next < TABLE) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next++;
    }
    previousStart = start;
    previousLength = at - start;
    if (next + (old ? 0 : 1) >= 1 << width && width < 12) width++;
  }
  if (at < length) throw damaged("LZW data end early");
  return out;
}

export function isOldLzw(packed: Uint8Array): boolean {
  return packed[0] === 0 && (packed[1]! & 1) === 1;
}

/** Copies inside `out` byte by byte, since source and target may overlap; stops at its end. */
function copyWithin(out: Uint8Array, from: number, count: number, to: number): number {
  const end = Math.min(out.length, to + count);
  for (let i = from, k = to; k < end; i++, k++) out[k] = out[i]!;
  return end;
}
