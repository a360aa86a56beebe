import type { RandomAccess } from "../../system/file-system.js";
import type { ContainerCheck } from "./container-check.js";

const SOS = 0xda;
const EOI = 0xd9;
const READ_BYTES = 1 << 18;

/**
 * A JPEG is whole when its segments lead to the end mark inside the file. Segments are stepped over by their lengths, so
 * that the end mark of an embedded preview is not taken for the image's; what cameras put after it does not matter.
 */
export async function checkJpeg(file: RandomAccess): Promise<ContainerCheck> {
  let sawFrame = false;
  for (let at = 2; ; ) {
    const head = await file.read(at, 4);
    if (head.length < 2) return endsEarly(file);
    const marker = head[1]!;
    if (head[0] !== 0xff) {
      return head.every((byte) => byte === 0)
        ? { kind: "incomplete", why: `nothing has been written at byte ${at} yet` }
        : { kind: "damaged", why: `no marker at byte ${at}` };
    }
    if (marker === 0xff) {
      at += 1; // Fill bytes may precede a marker.
    } else if (marker === EOI) {
      return sawFrame ? { kind: "complete", type: "jpeg", pages: 1 } : { kind: "damaged", why: "it has no pixels" };
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2; // TEM and RSTn have no length.
    } else {
      if (head.length < 4) return endsEarly(file);
      const length = head.readUInt16BE(2);
      if (length < 2) return { kind: "incomplete", why: `the segment at byte ${at} has no length yet` };
      at += 2 + length;
      if (marker === SOS) {
        sawFrame = true;
        const next = await nextMarker(file, at);
        if (next === undefined) return endsEarly(file);
        at = next;
      }
    }
  }
}

/** Place of the first marker after entropy-coded data, in which FF 00 is a data byte and FF D0 to FF D7 are restarts. */
async function nextMarker(file: RandomAccess, from: number): Promise<number | undefined> {
  // One byte of overlap, because a marker may straddle two reads.
  for (let start = from; start + 1 < file.size; start += READ_BYTES - 1) {
    const bytes = await file.read(start, READ_BYTES);
    for (let i = bytes.indexOf(0xff); i >= 0 && i + 1 < bytes.length; i = bytes.indexOf(0xff, i + 1)) {
      const marker = bytes[i + 1]!;
      if (marker !== 0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7)) return start + i;
    }
    if (bytes.length < Math.min(READ_BYTES, file.size - start)) return undefined;
  }
  return undefined;
}

function endsEarly(file: RandomAccess): ContainerCheck {
  return { kind: "incomplete", why: `the file ends before its end mark, at byte ${file.size}` };
}
