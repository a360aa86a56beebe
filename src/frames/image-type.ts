/** The file types whose pixels refocusd reads. */
export type ImageType = "tiff" | "png" | "jpeg" | "nd2";

/** What a file's first bytes say it is. Everything but an `ImageType` is named only to tell a person what it is. */
export type FileKind = ImageType | "nd2-jpeg2000" | "jpeg2000" | "bmp" | "gif" | "webp" | "zip" | "hdf5";

/** Enough of a file's beginning to know its kind. */
export const MAGIC_BYTES = 16;

const MAGIC: ReadonlyArray<readonly [kind: FileKind, offset: number, bytes: readonly number[]]> = [
  ["tiff", 0, [0x49, 0x49, 42, 0]],
  ["tiff", 0, [0x4d, 0x4d, 0, 42]],
  ["tiff", 0, [0x49, 0x49, 43, 0]],
  ["tiff", 0, [0x4d, 0x4d, 0, 43]],
  ["png", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["jpeg", 0, [0xff, 0xd8, 0xff]],
  ["nd2", 0, [0xda, 0xce, 0xbe, 0x0a]],
  // ND2 version 1 is a JPEG 2000 file: the same signature box, told from other JPEG 2000 files by its name alone.
  ["jpeg2000", 0, [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20]],
  ["jpeg2000", 0, [0xff, 0x4f, 0xff, 0x51]],
  ["bmp", 0, [0x42, 0x4d]],
  ["gif", 0, [0x47, 0x49, 0x46, 0x38]],
  ["webp", 8, [0x57, 0x45, 0x42, 0x50]],
  ["zip", 0, [0x50, 0x4b, 3, 4]],
  ["hdf5", 0, [0x89, 0x48, 0x44, 0x46]],
];

/** The kind of a file by its content; its name decides only where the content leaves it open. `undefined`: not known. */
export function fileKindOf(path: string, firstBytes: Uint8Array): FileKind | undefined {
  const match = MAGIC.find(([, offset, bytes]) => bytes.every((byte, i) => firstBytes[offset + i] === byte));
  const kind = match?.[0];
  return kind === "jpeg2000" && /\.nd2$/i.test(path) ? "nd2-jpeg2000" : kind;
}

/** The type of an image that refocusd reads, by content; `undefined` for everything else. */
export function imageTypeOf(path: string, firstBytes: Uint8Array): ImageType | undefined {
  const kind = fileKindOf(path, firstBytes);
  return kind === "tiff" || kind === "png" || kind === "jpeg" || kind === "nd2" ? kind : undefined;
}
