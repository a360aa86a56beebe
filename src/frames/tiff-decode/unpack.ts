import { endianness } from "node:os";
import type { RawSamples } from "./predictor.js";

const HOST_IS_LITTLE = endianness() === "LE";

/** Room for one row of `length` values of `bits` bits. */
export function rawSamples(bits: number, length: number): RawSamples {
  if (bits <= 8) return new Uint8Array(length);
  if (bits <= 16) return new Uint16Array(length);
  return bits <= 32 ? new Uint32Array(length) : new BigUint64Array(length);
}

/**
 * Spreads a row of packed values. Values of 8, 16, 32 and 64 bits have the file's byte order; all others, 24 bits
 * too, follow each other bit by bit, the highest first, in either byte order (TIFF 6.0, FillOrder 1; so do tifffile and image-rs).
 *
 * @param bits 1 to 32, or 64
 */
export function unpackRow(bytes: Uint8Array, bits: number, littleEndian: boolean, out: RawSamples): void {
  if (out instanceof BigUint64Array || bits === 16 || bits === 32 || bits === 8) {
    copyWhole(bytes, littleEndian, out);
    return;
  }
  let held = 0;
  let have = 0;
  for (let i = 0, at = 0; i < out.length; i++) {
    // Up to 31 + 8 bits: more than a 32-bit integer holds, exact in a double.
    while (have < bits) {
      held = held * 256 + bytes[at++]!;
      have += 8;
    }
    have -= bits;
    const rest = 2 ** have;
    const value = Math.floor(held / rest);
    out[i] = value;
    held -= value * rest;
  }
}

function copyWhole(bytes: Uint8Array, littleEndian: boolean, out: RawSamples): void {
  const target = Buffer.from(out.buffer, out.byteOffset, out.byteLength);
  target.set(bytes.subarray(0, out.byteLength));
  if (littleEndian === HOST_IS_LITTLE) return;
  if (out.BYTES_PER_ELEMENT === 2) target.swap16();
  else if (out.BYTES_PER_ELEMENT === 4) target.swap32();
  else if (out.BYTES_PER_ELEMENT === 8) target.swap64();
}

/** The number that 16 bits stand for as an IEEE 754 half float; every one of them is exact in 32 bits. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * 2 ** -14 * (fraction / 1024) : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}
