/** TIFF 6.0 tag numbers that refocusd reads or writes. */
export const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  imageDescription: 270,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  maxSampleValue: 281,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  software: 305,
  predictor: 317,
  colorMap: 320,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
  // Private tags of NIS-Elements; meaning established on real exports.
  nisTimeMs: 65325,
  nisPixelSizeUm: 65326,
  nisStageAndTime: 65329,
  nisRecorded: 65330,
  nisFrameBlocks: 65331,
  nisProgramBlocks: 65332,
} as const;

export const COMPRESSION = {
  none: 1,
  ccittRle: 2,
  fax3: 3,
  fax4: 4,
  lzw: 5,
  jpeg: 7,
  deflate: 8,
  packBits: 32773,
  deflateOld: 32946,
} as const;

export const PHOTOMETRIC = { minIsWhite: 0, minIsBlack: 1, rgb: 2, palette: 3, yCbCr: 6 } as const;

/** Bytes of one value of each TIFF field type; the index is the type's number. */
const TYPE_SIZE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** Bytes of one value of a field type; 0 for a number that is no type. */
export function fieldTypeSize(type: number): number {
  return TYPE_SIZE[type] ?? 0;
}
