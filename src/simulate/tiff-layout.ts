/** Where the header of a TIFF ends and where its first IFD begins, bytes. */
export interface IfdLast {
  readonly headerEnd: number;
  readonly ifdAt: number;
}

const STRIP_OFFSETS = 273;
const TILE_OFFSETS = 324;
const LONG = 4;
const ENTRY_BYTES = 12;

/**
 * The layout of a classic TIFF (either byte order) whose pixels lie between the header and the IFD, as libtiff and
 * so NIS-Elements write it; `undefined` for any other file.
 */
export function dataEnd(bytes: Uint8Array): IfdLast | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16) return undefined;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  if (view.getUint16(2, little) !== 42) return undefined;
  const headerEnd = 8;
  const ifdAt = view.getUint32(4, little);
  if (ifdAt <= headerEnd || ifdAt + 2 > bytes.length) return undefined;
  const entries = view.getUint16(ifdAt, little);
  if (ifdAt + 2 + entries * ENTRY_BYTES > bytes.length) return undefined;
  for (let i = 0; i < entries; i++) {
    const entry = ifdAt + 2 + i * ENTRY_BYTES;
    const tag = view.getUint16(entry, little);
    if (tag !== STRIP_OFFSETS && tag !== TILE_OFFSETS) continue;
    const isLong = view.getUint16(entry + 2, little) === LONG;
    const count = view.getUint32(entry + 4, little);
    const inEntry = count * (isLong ? 4 : 2) <= 4;
    const at = inEntry ? entry + 8 : view.getUint32(entry + 8, little);
    if (at + 4 > bytes.length) return undefined;
    const first = isLong ? view.getUint32(at, little) : view.getUint16(at, little);
    return first >= headerEnd && first < ifdAt ? { headerEnd, ifdAt } : undefined;
  }
  return undefined;
}
