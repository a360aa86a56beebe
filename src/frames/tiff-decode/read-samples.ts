import type { Frame, PixelData } from "../frame.js";
import type { TiffPage } from "../tiff-structure.js";
import { decompress } from "./decompress.js";
import { PREDICTOR, type RawSamples, undoFloatingPoint, undoHorizontal } from "./predictor.js";
import { halfFloat, rawSamples, unpackRow } from "./unpack.js";

/** What is to be made of a page's values. */
export interface SampleKind extends Pick<Frame, "channels" | "bitDepth" | "sampleFormat"> {
  /** Bits of one value in the file. */
  readonly storedBits: number;
}

/**
 * The values of a page that libvips would alter: any width, signed, floating point, packed, with samples beyond the colours, in
 * strips or tiles, interleaved or planar. The page's strips have been checked to lie inside `bytes`, its size against the limits.
 *
 * @returns height × width × channels values, interleaved
 * @throws TiffStop for damaged data
 */
export function readSamples(bytes: Buffer, page: TiffPage, littleEndian: boolean, kind: SampleKind): PixelData {
  const { width, height, segmentWidth, segmentHeight } = page;
  const { channels, storedBits } = kind;
  const samples = page.planar ? 1 : page.samplesPerPixel;
  const out = rawSamples(storedBits, width * height * channels);
  const row = rawSamples(storedBits, segmentWidth * samples);
  const rowBytes = Math.ceil((segmentWidth * samples * storedBits) / 8);
  const across = Math.ceil(width / segmentWidth);
  const perPlane = across * Math.ceil(height / segmentHeight);
  // Samples beyond the colours are passed over, and so are their planes.
  const planes = page.planar ? channels : 1;
  for (let i = 0; i < perPlane * planes; i++) {
    const plane = Math.floor(i / perPlane);
    const left = (i % across) * segmentWidth;
    const top = Math.floor((i % perPlane) / across) * segmentHeight;
    const rows = Math.min(segmentHeight, height - top);
    // A tile is stored with all its rows, the last strip without.
    const data = decompress(packedSegment(bytes, page, i), page.compression, rowBytes * rows, rowBytes * segmentHeight);
    for (let y = 0; y < rows; y++) {
      const packed = data.subarray(y * rowBytes, (y + 1) * rowBytes);
      unpackPredicted(packed, page.predictor, samples, storedBits, littleEndian, row);
      placeRow(row, samples, out, ((top + y) * width + left) * channels + plane, {
        pixels: Math.min(segmentWidth, width - left),
        values: page.planar ? 1 : channels,
        step: channels,
      });
    }
  }
  return interpreted(out, kind);
}

function packedSegment(bytes: Buffer, page: TiffPage, index: number): Uint8Array {
  const offset = page.offsets[index]!;
  const packed = bytes.subarray(offset, offset + (page.byteCounts[index] ?? bytes.length));
  return page.fillOrder === 2 ? packed.map(reversedByte) : packed;
}

function reversedByte(byte: number): number {
  let out = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) out |= 128 >> bit;
  return out;
}

function unpackPredicted(
  packed: Uint8Array,
  predictor: number,
  samples: number,
  bits: number,
  littleEndian: boolean,
  row: RawSamples,
): void {
  if (predictor === PREDICTOR.floatingPoint) {
    unpackRow(undoFloatingPoint(packed, samples, bits / 8), bits, false, row);
    return;
  }
  unpackRow(packed, bits, littleEndian, row);
  if (predictor === PREDICTOR.horizontal) undoHorizontal(row, samples, bits);
}

function placeRow(
  row: RawSamples,
  samples: number,
  out: RawSamples,
  start: number,
  { pixels, values, step }: { readonly pixels: number; readonly values: number; readonly step: number },
): void {
  if (samples === values && step === values) {
    // Both have the same element type: it follows from the bits of a value.
    (out as Uint8Array).set((row as Uint8Array).subarray(0, pixels * samples), start);
    return;
  }
  for (let x = 0; x < pixels; x++) {
    for (let s = 0; s < values; s++) out[start + x * step + s] = row[x * samples + s]!;
  }
}

/** Takes raw bits for what they are; half floats are widened. */
function interpreted(raw: RawSamples, { storedBits, sampleFormat }: SampleKind): PixelData {
  const { buffer } = raw;
  if (sampleFormat === "float") {
    if (storedBits === 16) return Float32Array.from(raw as Uint16Array, halfFloat);
    return storedBits === 64 ? new Float64Array(buffer) : new Float32Array(buffer);
  }
  if (raw instanceof BigUint64Array) throw new RangeError("64-bit integers are refused before they are read");
  if (sampleFormat !== "int") return raw;
  return storedBits === 8 ? new Int8Array(buffer) : storedBits === 16 ? new Int16Array(buffer) : new Int32Array(buffer);
}
