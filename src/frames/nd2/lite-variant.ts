import { inflateSync } from "node:zlib";
import { damaged } from "./problem.js";
import { type Level, MAX_DEPTH, MAX_ITEMS, type VariantItem, type VariantValue } from "./variant.js";

const TYPE = {
  bool: 1,
  int32: 2,
  uint32: 3,
  int64: 4,
  uint64: 5,
  double: 6,
  pointer: 7,
  string: 8,
  bytes: 9,
  level: 11,
};
const COMPRESSED = 76;
/** Type, an unused byte, and ten bytes before the zlib stream. */
const COMPRESSED_HEADER_BYTES = 12;
const MAX_INFLATED_BYTES = 1 << 26;

/**
 * Parses a "CLX lite variant": a tree of typed, named values, little endian. An item: u8 type, u8 length of its name in UTF-16 units with
 * the final NUL, the name, the value. Values: 1 bool (u8), 2 i32, 3 u32, 4 i64, 5 u64, 6 f64, 7 pointer (u64), 8 UTF-16 text ending in NUL,
 * 9 u64 length and bytes, 11 level (u32 count; u64 length from the item's start to the end of its children; the children; count × u64
 * places of them). Type 76: the rest is a zlib stream of another variant. What lies behind the first item is not looked at.
 *
 * Source: tlambert03/nd2 `_clx_lite.py` and limnd2 describe it; read in real files of NIS-Elements 5 and 6.
 * @throws Nd2Stop damaged for whatever does not fit, is nested more than 40 deep or has more than a million items
 */
export function parseLiteVariant(bytes: Buffer): Level {
  let whole = bytes;
  if (whole[0] === COMPRESSED) {
    try {
      whole = inflateSync(whole.subarray(COMPRESSED_HEADER_BYTES), { maxOutputLength: MAX_INFLATED_BYTES });
    } catch {
      throw damaged("compressed metadata cannot be unpacked");
    }
  }
  if (whole.length === 0) return [];
  return readItems(whole, { at: 0, left: MAX_ITEMS }, whole.length, 1, 0);
}

interface Cursor {
  at: number;
  /** Items that may still come. */
  left: number;
}

function readItems(bytes: Buffer, cursor: Cursor, end: number, count: number, depth: number): Level {
  if (depth > MAX_DEPTH) throw damaged("metadata is nested too deep");
  const items: VariantItem[] = [];
  for (let i = 0; i < count && cursor.at < end; i++) {
    if (--cursor.left < 0) throw damaged("metadata has too many items");
    const start = cursor.at;
    const head = take(cursor, 2, end);
    const type = bytes[head]!;
    const nameBytes = bytes[head + 1]! * 2;
    const name = bytes.toString("utf16le", take(cursor, nameBytes, end), cursor.at).replace(/\0$/, "");
    items.push({ name, value: readValue(bytes, cursor, end, type, start, depth) });
  }
  return items;
}

function readValue(
  bytes: Buffer,
  cursor: Cursor,
  end: number,
  type: number,
  start: number,
  depth: number,
): VariantValue {
  switch (type) {
    case TYPE.bool:
      return bytes[take(cursor, 1, end)] !== 0;
    case TYPE.int32:
      return bytes.readInt32LE(take(cursor, 4, end));
    case TYPE.uint32:
      return bytes.readUInt32LE(take(cursor, 4, end));
    case TYPE.int64:
      return Number(bytes.readBigInt64LE(take(cursor, 8, end)));
    case TYPE.uint64:
    case TYPE.pointer:
      return Number(bytes.readBigUInt64LE(take(cursor, 8, end)));
    case TYPE.double:
      return bytes.readDoubleLE(take(cursor, 8, end));
    case TYPE.string:
      return readText(bytes, cursor, end);
    case TYPE.bytes: {
      const length = Number(bytes.readBigUInt64LE(take(cursor, 8, end)));
      return bytes.subarray(take(cursor, length, end), cursor.at);
    }
    case TYPE.level: {
      const count = bytes.readUInt32LE(take(cursor, 4, end));
      const length = Number(bytes.readBigUInt64LE(take(cursor, 8, end)));
      const childrenEnd = start + length;
      if (childrenEnd < cursor.at || childrenEnd + count * 8 > end) throw damaged("metadata reaches beyond its end");
      const children = readItems(bytes, cursor, childrenEnd, count, depth + 1);
      cursor.at = childrenEnd + count * 8;
      return children;
    }
    default:
      throw damaged(`metadata has a value of the unknown type ${type}`);
  }
}

function readText(bytes: Buffer, cursor: Cursor, end: number): string {
  const start = cursor.at;
  for (;;) {
    const at = take(cursor, 2, end);
    if (bytes[at] === 0 && bytes[at + 1] === 0) return bytes.toString("utf16le", start, at);
  }
}

/** Steps over `length` bytes. @returns where they begin */
function take(cursor: Cursor, length: number, end: number): number {
  const { at } = cursor;
  // Also false for a length that is no exact number any more.
  if (!(at + length <= end)) throw damaged("metadata ends within a value");
  cursor.at = at + length;
  return at;
}
