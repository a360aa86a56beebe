import { dataEnd } from "./tiff-layout.js";

/**
 * How a program brings a file to disk.
 * - `nis`: as NIS-Elements does through libtiff (seen with strace): header with IFD offset 0, strips appended, header patched
 *   with the IFD's offset, then the tag data and the IFD at the end.
 * - `rename`: in order, under a temporary name, then renamed.
 * - `preallocate`: the full length at once, all zeros, filled from the start (Samba and Windows copies).
 * - `ifd-first`: everything but the pixels first, so that the structure is whole and the data still zeros.
 * - `burst`: in one go.
 */
export type WriteMode = (typeof WRITE_MODES)[number];
export const WRITE_MODES = ["nis", "rename", "preallocate", "ifd-first", "burst"] as const;

export interface WriteStep {
  /** Byte at which these bytes go. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** Whether the writer takes its time before this step. */
  readonly pause: boolean;
}

export interface WritePlan {
  /** Length that the file is given before anything is written, or 0. */
  readonly allocate: number;
  readonly steps: readonly WriteStep[];
}

/** Pieces into which the data is cut: many enough that any look while it is written finds a different length. */
const PIECES = 20;

/** The steps that lead to exactly these bytes. Files other than TIFF with the IFD last have no header to patch: plain pieces. */
export function planWrites(bytes: Uint8Array, mode: WriteMode): WritePlan {
  const layout = dataEnd(bytes);
  switch (mode) {
    case "burst":
      return { allocate: 0, steps: [{ at: 0, bytes, pause: false }] };
    case "rename":
      return { allocate: 0, steps: pieces(bytes, 0, bytes.length) };
    case "preallocate":
      return { allocate: bytes.length, steps: pieces(bytes, 0, bytes.length) };
    case "nis":
      return { allocate: 0, steps: layout === undefined ? pieces(bytes, 0, bytes.length) : nisSteps(bytes, layout) };
    case "ifd-first":
      return { allocate: 0, steps: layout === undefined ? pieces(bytes, 0, bytes.length) : ifdFirst(bytes, layout) };
  }
}

function nisSteps(bytes: Uint8Array, { headerEnd, ifdAt }: { headerEnd: number; ifdAt: number }): WriteStep[] {
  const emptyHeader = new Uint8Array(headerEnd); // Not slice: a Buffer's shares its memory.
  emptyHeader.set(bytes.subarray(0, 4));
  return [
    { at: 0, bytes: emptyHeader, pause: false },
    ...pieces(bytes, headerEnd, ifdAt),
    { at: 0, bytes: bytes.subarray(0, headerEnd), pause: true },
    { at: ifdAt, bytes: bytes.subarray(ifdAt), pause: true },
  ];
}

function ifdFirst(bytes: Uint8Array, { headerEnd, ifdAt }: { headerEnd: number; ifdAt: number }): WriteStep[] {
  return [
    { at: 0, bytes: bytes.subarray(0, headerEnd), pause: false },
    { at: ifdAt, bytes: bytes.subarray(ifdAt), pause: false },
    ...pieces(bytes, headerEnd, ifdAt),
  ];
}

function pieces(bytes: Uint8Array, from: number, to: number): WriteStep[] {
  const size = Math.max(1, Math.ceil((to - from) / PIECES));
  const steps: WriteStep[] = [];
  for (let at = from; at < to; at += size) {
    steps.push({ at, bytes: bytes.subarray(at, Math.min(at + size, to)), pause: true });
  }
  return steps;
}
