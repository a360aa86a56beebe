import { deflateSync } from "node:zlib";
import type { Frame } from "../../src/frames/frame.js";

/** How a fixture is laid out. The default is what NIS-Elements' libtiff writes: strips, values, directory; little-endian. */
export interface TiffLayout {
  /** `first`: each page's directory precedes its pixels, as tifffile and ImageJ write it. */
  readonly directory?: "first" | "last";
  readonly big?: boolean;
  readonly bigEndian?: boolean;
  /** Edge of square tiles instead of strips; a multiple of 16. */
  readonly tile?: number;
  readonly rowsPerStrip?: number;
  /** Adobe Deflate instead of no compression. */
  readonly deflate?: boolean;
  /** Each channel in strips or tiles of its own. */
  readonly planar?: boolean;
  /** Values to add or to put in place of the right ones; `undefined` leaves a tag out. */
  readonly tags?: Readonly<Record<number, TagValue | undefined>>;
}

export interface TagValue {
  readonly type: "byte" | "ascii" | "short" | "long" | "double" | "rational";
  readonly values: readonly number[];
}

const TYPES = {
  byte: { number: 1, size: 1 },
  ascii: { number: 2, size: 1 },
  short: { number: 3, size: 2 },
  long: { number: 4, size: 4 },
  rational: { number: 5, size: 4 },
  double: { number: 12, size: 8 },
} as const;

export const shortTag = (...values: number[]): TagValue => ({ type: "short", values });
export const longTag = (...values: number[]): TagValue => ({ type: "long", values });
export const doubleTag = (...values: number[]): TagValue => ({ type: "double", values });
/** Numerator and denominator. */
export const rationalTag = (...values: number[]): TagValue => ({ type: "rational", values });
export const textTag = (text: string): TagValue => ({ type: "ascii", values: [...Buffer.from(`${text}\0`)] });

/** A frame with known values, all different from their neighbours, none of them zero. */
export function patternFrame(
  width: number,
  height: number,
  channels: 1 | 3 = 1,
  bitDepth: 8 | 16 = 16,
  seed = 1,
): Frame {
  const data = new (bitDepth === 8 ? Uint8Array : Uint16Array)(width * height * channels);
  const range = 2 ** bitDepth - 1;
  for (let i = 0; i < data.length; i++) data[i] = 1 + ((i * 40_503 + seed * 7919) % range);
  return { width, height, channels, bitDepth, data };
}

/** A TIFF of one or more pages in the given layout, written independently of the project's own writer. */
export function buildTiff(frames: Frame | readonly Frame[], layout: TiffLayout = {}): Buffer {
  const first = layout.directory === "first";
  const word = layout.big ? 8 : 4;
  const pages = (Array.isArray(frames) ? (frames as readonly Frame[]) : [frames as Frame]).map((frame) => {
    const segments = cutSegments(frame, layout);
    const tags = pageTags(frame, segments, layout);
    const valueBytes = tags.reduce((sum, [, tag]) => sum + outsideBytes(tag, word), 0);
    const directoryBytes = (layout.big ? 8 : 2) + tags.length * (layout.big ? 20 : 12) + word;
    const pixelBytes = segments.reduce((sum, segment) => sum + segment.length, 0);
    return { segments, tags, valueBytes, directoryBytes, pixelBytes };
  });
  let end = layout.big ? 16 : 8;
  const places = pages.map((page) => {
    const pixels = first ? end + page.directoryBytes + page.valueBytes : end;
    const directory = first ? end : end + page.pixelBytes + page.valueBytes;
    const values = first ? directory + page.directoryBytes : end + page.pixelBytes;
    end += page.directoryBytes + page.valueBytes + page.pixelBytes;
    return { pixels, directory, values };
  });

  const out = new Writer(end, layout);
  out.header(places[0]!.directory);
  for (const [i, page] of pages.entries()) {
    const place = places[i]!;
    let at = place.pixels;
    const offsets = page.segments.map((segment) => {
      segment.copy(out.bytes, at);
      at += segment.length;
      return at - segment.length;
    });
    out.directory(place.directory, place.values, withOffsets(page.tags, offsets), places[i + 1]?.directory ?? 0);
  }
  return out.bytes;
}

/** Written by NIS-Elements' libtiff: pixels first, the directory last. */
export const ifdLastTiff = (frame: Frame) => buildTiff(frame);
/** Written by ImageJ or tifffile: the directory first, pixels last. */
export const ifdFirstTiff = (frame: Frame) => buildTiff(frame, { directory: "first" });
export const bigTiff = (frame: Frame) => buildTiff(frame, { big: true });
export const tiledTiff = (frame: Frame, tile = 16) => buildTiff(frame, { tile });
export const multiPageTiff = (frames: readonly Frame[]) => buildTiff(frames);

/** A file whose space was reserved before its content arrived: the first `written` bytes, then zeros. */
export function preAllocated(whole: Buffer, written: number): Buffer {
  const bytes = Buffer.alloc(whole.length);
  whole.copy(bytes, 0, 0, written);
  return bytes;
}

/** The first `length` bytes of a file. */
export function truncated(whole: Buffer, length: number): Buffer {
  return Buffer.from(whole.subarray(0, length));
}

/** libtiff in the middle of writing: pixels are there, the header's pointer is still 0, no directory. */
export function libtiffInProgress(frame: Frame): Buffer {
  const whole = ifdLastTiff(frame);
  const bytes = truncated(whole, whole.readUInt32LE(4));
  bytes.writeUInt32LE(0, 4);
  return bytes;
}

type Tag = readonly [id: number, value: TagValue];

function pageTags(frame: Frame, segments: readonly Buffer[], layout: TiffLayout): Tag[] {
  const perSample = (value: number) => shortTag(...Array<number>(frame.channels).fill(value));
  const zeros = longTag(...segments.map(() => 0));
  const lengths = longTag(...segments.map((segment) => segment.length));
  const tags: Record<number, TagValue | undefined> = {
    256: longTag(frame.width),
    257: longTag(frame.height),
    258: perSample(frame.bitDepth),
    259: shortTag(layout.deflate ? 8 : 1),
    262: shortTag(frame.channels === 3 ? 2 : 1),
    277: shortTag(frame.channels),
    284: shortTag(layout.planar ? 2 : 1),
    ...(layout.tile
      ? { 322: longTag(layout.tile), 323: longTag(layout.tile), 324: zeros, 325: lengths }
      : { 273: zeros, 278: longTag(rowsPerStrip(frame, layout)), 279: lengths }),
    ...layout.tags,
  };
  return Object.entries(tags).flatMap(([id, value]) => (value ? [[Number(id), value] as const] : []));
}

function withOffsets(tags: readonly Tag[], offsets: readonly number[]): Tag[] {
  // Only the placeholder made above is filled in: a test that sets offsets of its own keeps them.
  return tags.map(([id, tag]) =>
    (id === 273 || id === 324) && tag.values.every((value) => value === 0) && tag.values.length === offsets.length
      ? [id, longTag(...offsets)]
      : [id, tag],
  );
}

function rowsPerStrip(frame: Frame, layout: TiffLayout): number {
  return layout.rowsPerStrip ?? Math.max(1, Math.floor(frame.height / 3));
}

function cutSegments(frame: Frame, layout: TiffLayout): Buffer[] {
  const samples = layout.planar ? 1 : frame.channels;
  const rows = layout.tile ?? rowsPerStrip(frame, layout);
  const columns = layout.tile ?? frame.width;
  const segments: Buffer[] = [];
  for (let plane = 0; plane < (layout.planar ? frame.channels : 1); plane++) {
    for (let top = 0; top < frame.height; top += rows) {
      for (let left = 0; left < frame.width; left += columns) {
        const height = layout.tile ?? Math.min(rows, frame.height - top);
        const bytes = Buffer.alloc((columns * height * samples * frame.bitDepth) / 8);
        let at = 0;
        for (let y = top; y < top + height; y++) {
          for (let x = left; x < left + columns; x++) {
            for (let s = 0; s < samples; s++) {
              // Tiles are padded with their last pixels, as good writers do; zeros would look unwritten.
              const pixel = Math.min(y, frame.height - 1) * frame.width + Math.min(x, frame.width - 1);
              const value = frame.data[pixel * frame.channels + plane + s]!;
              if (frame.bitDepth === 8) at = bytes.writeUInt8(value, at);
              else at = layout.bigEndian ? bytes.writeUInt16BE(value, at) : bytes.writeUInt16LE(value, at);
            }
          }
        }
        segments.push(layout.deflate ? deflateSync(bytes) : bytes);
      }
    }
  }
  return segments;
}

const tagBytes = (tag: TagValue) => tag.values.length * TYPES[tag.type].size;

/** Bytes of a value that does not fit into its directory entry. */
function outsideBytes(tag: TagValue, word: number): number {
  const length = tagBytes(tag);
  return length > word ? length + (length % 2) : 0;
}

class Writer {
  readonly bytes: Buffer;
  readonly #layout: TiffLayout;

  constructor(size: number, layout: TiffLayout) {
    this.bytes = Buffer.alloc(size);
    this.#layout = layout;
  }

  header(firstDirectory: number): void {
    this.bytes.write(this.#layout.bigEndian ? "MM" : "II", 0, "latin1");
    this.#uint(this.#layout.big ? 43 : 42, 2, 2);
    if (this.#layout.big) this.#uint(8, 4, 2);
    this.#uint(firstDirectory, this.#layout.big ? 8 : 4, this.#word);
  }

  directory(offset: number, valuesOffset: number, tags: readonly Tag[], next: number): void {
    const countSize = this.#layout.big ? 8 : 2;
    let values = valuesOffset;
    let at = offset + countSize;
    this.#uint(tags.length, offset, countSize);
    for (const [id, tag] of tags) {
      const count = tag.type === "rational" ? tag.values.length / 2 : tag.values.length;
      this.#uint(id, at, 2);
      this.#uint(TYPES[tag.type].number, at + 2, 2);
      this.#uint(count, at + 4, this.#word);
      const outside = outsideBytes(tag, this.#word);
      if (outside) this.#uint(values, at + 4 + this.#word, this.#word);
      this.#values(tag, outside ? values : at + 4 + this.#word);
      values += outside;
      at += 4 + 2 * this.#word;
    }
    this.#uint(next, at, this.#word);
  }

  get #word(): 4 | 8 {
    return this.#layout.big ? 8 : 4;
  }

  #values(tag: TagValue, place: number): void {
    const { size } = TYPES[tag.type];
    for (const [i, value] of tag.values.entries()) {
      const at = place + i * size;
      if (tag.type !== "double") this.#uint(value, at, size as 1 | 2 | 4);
      else if (this.#layout.bigEndian) this.bytes.writeDoubleBE(value, at);
      else this.bytes.writeDoubleLE(value, at);
    }
  }

  #uint(value: number, at: number, size: 1 | 2 | 4 | 8): void {
    const be = this.#layout.bigEndian;
    if (size === 8 && be) this.bytes.writeBigUInt64BE(BigInt(value), at);
    else if (size === 8) this.bytes.writeBigUInt64LE(BigInt(value), at);
    else if (be) this.bytes.writeUIntBE(value, at, size);
    else this.bytes.writeUIntLE(value, at, size);
  }
}
