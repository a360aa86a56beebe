/** A real directory has up to 20 entries. */
const MAX_ENTRIES = 1000;
const MAX_NAME_CHARS = 256;

/**
 * The named blocks in NIS-Elements' private TIFF tags 65330 and 65332: u32 count; for each: u32 length of its name, the name in UTF-16,
 * u32 size, u32 offset from the beginning of the value. All little endian. What does not fit, or was not read as far, is left out.
 */
export function namedBlocks(value: Buffer): Map<string, Buffer> {
  const blocks = new Map<string, Buffer>();
  const cursor = { at: 0 };
  const count = Math.min(takeUint(value, cursor) ?? 0, MAX_ENTRIES);
  for (let i = 0; i < count; i++) {
    const name = takeName(value, cursor);
    const block = takeBlock(value, cursor);
    if (name === undefined || block === undefined) break;
    if (block) blocks.set(name, block);
  }
  return blocks;
}

/**
 * The same for tag 65331, whose blocks belong to the frames of a file: after the name u32 count, then for each frame u32 index, u32 size,
 * u32 offset.
 * @returns the blocks of one frame
 */
export function frameBlocks(value: Buffer, frame: number): Map<string, Buffer> {
  const blocks = new Map<string, Buffer>();
  const cursor = { at: 0 };
  const count = Math.min(takeUint(value, cursor) ?? 0, MAX_ENTRIES);
  for (let i = 0; i < count; i++) {
    const name = takeName(value, cursor);
    const frames = takeUint(value, cursor);
    if (name === undefined || frames === undefined) break;
    for (let k = 0; k < frames; k++) {
      const index = takeUint(value, cursor);
      const block = takeBlock(value, cursor);
      if (index === undefined || block === undefined) return blocks;
      if (index === frame && block) blocks.set(name, block);
    }
  }
  return blocks;
}

interface Cursor {
  at: number;
}

function takeUint(value: Buffer, cursor: Cursor): number | undefined {
  if (cursor.at + 4 > value.length) return undefined;
  cursor.at += 4;
  return value.readUInt32LE(cursor.at - 4);
}

function takeName(value: Buffer, cursor: Cursor): string | undefined {
  const length = takeUint(value, cursor);
  if (length === undefined || length > MAX_NAME_CHARS || cursor.at + length * 2 > value.length) return undefined;
  cursor.at += length * 2;
  return value.toString("utf16le", cursor.at - length * 2, cursor.at);
}

/** `null` for a block that does not lie within what was read. */
function takeBlock(value: Buffer, cursor: Cursor): Buffer | null | undefined {
  const size = takeUint(value, cursor);
  const offset = takeUint(value, cursor);
  if (size === undefined || offset === undefined) return undefined;
  return offset + size <= value.length ? value.subarray(offset, offset + size) : null;
}
