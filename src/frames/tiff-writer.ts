import { endianness } from "node:os";
import type { Frame, PixelData } from "./frame.js";
import { fieldTypeSize, PHOTOMETRIC, TAG } from "./tiff-tags.js";

/** A tag with its value as it stands in the file, little-endian. */
export interface RawTag {
  readonly id: number;
  readonly type: number;
  readonly count: number;
  readonly data: Buffer;
}

export interface TiffText {
  /** Lines `key=value`. They follow ImageJ's own, which say how large a pixel is. */
  readonly description: string;
  readonly software: string;
  /** Micrometres per pixel. */
  readonly pixelSizeUm?: number;
  /** Bits that the camera filled; becomes MaxSampleValue, as NIS-Elements writes it. */
  readonly significantBits?: number;
  /** Tags to carry over as they are, e.g. NIS-Elements' private ones. Those that the writer sets itself are ignored. */
  readonly extraTags?: readonly RawTag[];
}

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const ASCII = 2;
/** Strips of about this size, as TIFF 6.0 advises for buffered readers. */
const STRIP_BYTES = 1 << 16;
const MAX_CLASSIC_TIFF_BYTES = 2 ** 32 - 1;

/**
 * An uncompressed classic TIFF, little-endian: strips, then the values of tags, then the directory, so that a file that is
 * cut or only half written never passes for a whole one. Pixel values are those of `frame`, in its depth and channels.
 */
export function encodeTiff(frame: Frame, text: TiffText): Buffer {
  const pixels = littleEndianBytes(frame.data);
  const rowBytes = (frame.width * frame.channels * frame.bitDepth) / 8;
  if (pixels.length !== rowBytes * frame.height) throw new RangeError("a frame's data does not fit its size");
  const rowsPerStrip = Math.max(1, Math.min(frame.height, Math.floor(STRIP_BYTES / rowBytes)));
  const strips = Math.ceil(frame.height / rowsPerStrip);
  const stripBytes = rowsPerStrip * rowBytes;
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);

  const own: RawTag[] = [
    longs(TAG.imageWidth, [frame.width]),
    longs(TAG.imageLength, [frame.height]),
    shorts(TAG.bitsPerSample, Array(frame.channels).fill(frame.bitDepth)),
    shorts(TAG.compression, [1]),
    shorts(TAG.photometric, [photometricOf(frame)]),
    ascii(TAG.imageDescription, imageJLines(text.pixelSizeUm) + text.description),
    longs(
      TAG.stripOffsets,
      Array.from({ length: strips }, (_, i) => header.length + i * stripBytes),
    ),
    shorts(TAG.samplesPerPixel, [frame.channels]),
    longs(TAG.rowsPerStrip, [rowsPerStrip]),
    longs(
      TAG.stripByteCounts,
      Array.from({ length: strips }, (_, i) => Math.min(stripBytes, pixels.length - i * stripBytes)),
    ),
    shorts(TAG.planarConfiguration, [1]),
    ascii(TAG.software, text.software),
    shorts(TAG.sampleFormat, Array(frame.channels).fill(SAMPLE_FORMAT[frame.sampleFormat ?? "uint"])),
    ...(text.significantBits === undefined || text.significantBits > 16
      ? []
      : [shorts(TAG.maxSampleValue, Array(frame.channels).fill(2 ** text.significantBits - 1))]),
    ...(text.pixelSizeUm === undefined ? [] : resolutionTags(text.pixelSizeUm)),
  ];
  const taken = new Set(own.map((tag) => tag.id));
  const tags = [...own, ...(text.extraTags ?? []).filter((tag) => !taken.has(tag.id))].sort((a, b) => a.id - b.id);

  // Values and the directory begin at even places.
  const body: Buffer[] = [header, pixels, Buffer.alloc(pixels.length % 2)];
  let end = header.length + pixels.length + (pixels.length % 2);
  const directory = Buffer.alloc(2 + tags.length * 12 + 4);
  directory.writeUInt16LE(tags.length, 0);
  for (const [i, tag] of tags.entries()) {
    if (tag.data.length !== tag.count * fieldTypeSize(tag.type))
      throw new RangeError(`tag ${tag.id} has a wrong length`);
    const at = 2 + i * 12;
    directory.writeUInt16LE(tag.id, at);
    directory.writeUInt16LE(tag.type, at + 2);
    directory.writeUInt32LE(tag.count, at + 4);
    if (tag.data.length <= 4) {
      tag.data.copy(directory, at + 8);
      continue;
    }
    if (end > MAX_CLASSIC_TIFF_BYTES)
      throw new RangeError("a frame of more than 4 GB does not fit into a classic TIFF");
    directory.writeUInt32LE(end, at + 8);
    body.push(tag.data, Buffer.alloc(tag.data.length % 2));
    end += tag.data.length + (tag.data.length % 2);
  }
  if (end + directory.length > MAX_CLASSIC_TIFF_BYTES)
    throw new RangeError("a frame of more than 4 GB does not fit into a classic TIFF");
  header.writeUInt32LE(end, 4);
  return Buffer.concat([...body, directory]);
}

const SAMPLE_FORMAT = { uint: 1, int: 2, float: 3 } as const;

function photometricOf({ channels, whiteIsZero }: Frame): number {
  if (channels === 3) return PHOTOMETRIC.rgb;
  return whiteIsZero ? PHOTOMETRIC.minIsWhite : PHOTOMETRIC.minIsBlack;
}

/** ImageJ takes the pixel size from XResolution in pixels per `unit`, and only when the description begins like this. */
function imageJLines(pixelSizeUm: number | undefined): string {
  return `ImageJ=1.54\n${pixelSizeUm === undefined ? "" : "unit=micron\n"}`;
}

function resolutionTags(pixelSizeUm: number): RawTag[] {
  // Pixels per micrometre as a fraction of two 32-bit numbers, which leaves the pixel size exact to 8 decimals below 40 µm.
  const numerator = pixelSizeUm < 40 ? 1e8 : 1e3;
  const fraction = [numerator, Math.max(1, Math.round(pixelSizeUm * numerator))];
  // Unit 1, none: ImageJ would multiply by the unit of this tag instead of the description's.
  return [
    { ...longs(TAG.xResolution, fraction), type: RATIONAL, count: 1 },
    { ...longs(TAG.yResolution, fraction), type: RATIONAL, count: 1 },
    shorts(TAG.resolutionUnit, [1]),
  ];
}

function shorts(id: number, values: readonly number[]): RawTag {
  const data = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) data.writeUInt16LE(value, i * 2);
  return { id, type: SHORT, count: values.length, data };
}

function longs(id: number, values: readonly number[]): RawTag {
  const data = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) data.writeUInt32LE(value, i * 4);
  return { id, type: LONG, count: values.length, data };
}

/** UTF-8 with a closing NUL: TIFF says ASCII, but microscopes and OME write µ and λ so, and readers expect it. */
function ascii(id: number, text: string): RawTag {
  const data = Buffer.from(`${text.replaceAll("\0", "")}\0`, "utf8");
  return { id, type: ASCII, count: data.length, data };
}

function littleEndianBytes(values: PixelData): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const size = values.BYTES_PER_ELEMENT;
  if (size === 1 || endianness() === "LE") return bytes;
  return size === 2
    ? Buffer.from(bytes).swap16()
    : size === 4
      ? Buffer.from(bytes).swap32()
      : Buffer.from(bytes).swap64();
}
