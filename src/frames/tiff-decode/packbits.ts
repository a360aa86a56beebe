import { damaged } from "../tiff-directory.js";

/**
 * PackBits (TIFF 6.0, section 9) into exactly `length` bytes; what follows is ignored.
 * @throws TiffStop when the data end before
 */
export function unpackPackBits(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (let i = 0; at < length; ) {
    const head = packed[i++];
    if (head === undefined) throw damaged("PackBits data end early");
    if (head < 128) {
      const run = packed.subarray(i, Math.min(i + head + 1, i + length - at));
      if (run.length < Math.min(head + 1, length - at)) throw damaged("PackBits data end early");
      out.set(run, at);
      at += run.length;
      i += head + 1;
    } else if (head > 128) {
      const value = packed[i++];
      if (value === undefined) throw damaged("PackBits data end early");
      const end = Math.min(length, at + 257 - head);
      out.fill(value, at, end);
      at = end;
    }
  }
  return out;
}
