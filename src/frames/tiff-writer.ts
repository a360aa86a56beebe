import type { Frame } from "./frame.js";
import { ascii, longs, type RawTag, rational, shorts } from "./tiff-fields.js";
import { encodeStrips, type TiffCompression } from "./tiff-strips.js";
import { COMPRESSION, fieldTypeSize, PHOTOMETRIC, TAG } from "./tiff-tags.js";

export interface TiffText {
  /** Lines `key=value`, which follow ImageJ's own (they say how large a pixel is); or, with `form: "ome"`, all of the OME-XML. */
  readonly description: string;
  /** `imagej` where left out. */
  readonly form?: "imagej" | "ome";
  /** `none` where left out. */
  readonly compression?: TiffCompression;
  readonly software: string;
  /** Micrometres per pixel. */
  readonly pixelSizeUm?: number;
  /** Bits that the camera filled; becomes MaxSampleValue, as NIS-Elements writes it. */
  readonly significantBits?: number;
  /** Tags to carry over as they are, e.g. NIS-Elements' private ones. Those that the writer sets itself are ignored. */
  readonly extraTags?: readonly RawTag[];
}

const HEADER_BYTES = 8;
const MAX_CLASSIC_TIFF_BYTES = 2 ** 32 - 1;

/**
 * A classic TIFF, little-endian: strips, then the values of tags, then the directory, so that a file that is cut or only half written
 * never passes for a whole one. Pixel values are those of `frame`, in its depth and channels.
 * @throws RangeError when the data does not fit the frame's size, or the file would be larger than 4 GB
 */
export function encodeTiff(frame: Frame, text: TiffText): Buffer {
  const { compression = "none" } = text;
  const { rowsPerStrip, strips } = encodeStrips(frame, compression);
  const offsets: number[] = [];
  let end = HEADER_BYTES;
  for (const strip of strips) {
    offsets.push(end);
    end += strip.length;
  }
  if (end > MAX_CLASSIC_TIFF_BYTES) throw tooLarge();
  const own: RawTag[] = [
    ...layoutTags(frame, text.significantBits),
    shorts(TAG.compression, [COMPRESSION[compression]]),
    longs(TAG.stripOffsets, offsets),
    longs(TAG.rowsPerStrip, [rowsPerStrip]),
    longs(
      TAG.stripByteCounts,
      strips.map((strip) => strip.length),
    ),
    ascii(TAG.imageDescription, descriptionOf(text)),
    ascii(TAG.software, text.software),
    ...resolutionTags(text),
  ];
  const taken = new Set(own.map((tag) => tag.id));
  const tags = [...own, ...(text.extraTags ?? []).filter((tag) => !taken.has(tag.id))].sort((a, b) => a.id - b.id);
  return assemble(strips, end, tags);
}

/** Values and the directory begin at even places. */
function assemble(strips: readonly Buffer[], pixelsEnd: number, tags: readonly RawTag[]): Buffer {
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  const body: Buffer[] = [header, ...strips, Buffer.alloc(pixelsEnd % 2)];
  let end = pixelsEnd + (pixelsEnd % 2);
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
    if (end > MAX_CLASSIC_TIFF_BYTES) throw tooLarge();
    directory.writeUInt32LE(end, at + 8);
    body.push(tag.data, Buffer.alloc(tag.data.length % 2));
    end += tag.data.length + (tag.data.length % 2);
  }
  if (end + directory.length > MAX_CLASSIC_TIFF_BYTES) throw tooLarge();
  header.writeUInt32LE(end, 4);
  return Buffer.concat([...body, directory]);
}

function tooLarge(): RangeError {
  return new RangeError("a frame of more than 4 GB does not fit into a classic TIFF");
}

const SAMPLE_FORMAT = { uint: 1, int: 2, float: 3 } as const;

function layoutTags(frame: Frame, significantBits: number | undefined): RawTag[] {
  const each = (value: number): number[] => Array(frame.channels).fill(value);
  return [
    longs(TAG.imageWidth, [frame.width]),
    longs(TAG.imageLength, [frame.height]),
    shorts(TAG.bitsPerSample, each(frame.bitDepth)),
    shorts(TAG.photometric, [photometricOf(frame)]),
    shorts(TAG.samplesPerPixel, [frame.channels]),
    shorts(TAG.planarConfiguration, [1]),
    shorts(TAG.sampleFormat, each(SAMPLE_FORMAT[frame.sampleFormat ?? "uint"])),
    ...(significantBits === undefined || significantBits > 16
      ? []
      : [shorts(TAG.maxSampleValue, each(2 ** significantBits - 1))]),
  ];
}

function photometricOf({ channels, whiteIsZero }: Frame): number {
  if (channels === 3) return PHOTOMETRIC.rgb;
  return whiteIsZero ? PHOTOMETRIC.minIsWhite : PHOTOMETRIC.minIsBlack;
}

/** ImageJ takes the pixel size from XResolution in pixels per `unit`, and only when the description begins like this. */
function descriptionOf({ form, description, pixelSizeUm }: TiffText): string {
  if (form === "ome") return description;
  return `ImageJ=1.54\n${pixelSizeUm === undefined ? "" : "unit=micron\n"}${description}`;
}

function resolutionTags({ form, pixelSizeUm }: TiffText): RawTag[] {
  if (pixelSizeUm === undefined) return [];
  // Pixels per micrometre as a fraction of two 32-bit numbers, which leaves the pixel size exact to 8 decimals below 40 µm.
  const digits = pixelSizeUm < 40 ? 1e8 : 1e3;
  // Unit 1, none: ImageJ would multiply by the unit of this tag instead of the description's. Without that description: 3, centimetres.
  const isOme = form === "ome";
  const [numerator, denominator] = isOme ? [1e9, pixelSizeUm * 1e5] : [digits, pixelSizeUm * digits];
  const fraction = [numerator, Math.max(1, Math.round(denominator))] as const;
  return [
    rational(TAG.xResolution, ...fraction),
    rational(TAG.yResolution, ...fraction),
    shorts(TAG.resolutionUnit, [isOme ? 3 : 1]),
  ];
}
