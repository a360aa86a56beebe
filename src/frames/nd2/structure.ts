import type { RandomAccess } from "../../system/file-system.js";
import type { ReadProblem } from "../read-problem.js";
import { type Nd2Attributes, readAttributes } from "./attributes.js";
import { type Nd2Channel, type PictureMetadata, readPictureMetadata } from "./channels.js";
import { readChunk } from "./chunk.js";
import { type ChunkMap, readChunkMap } from "./chunk-map.js";
import { type Nd2Loop, readLoops } from "./experiment.js";
import { parseVariant } from "./parse-variant.js";
import { damaged, Nd2Stop, unsupported } from "./problem.js";
import type { Level } from "./variant.js";

/** An ND2 as far as it is read without looking at a pixel. */
export interface Nd2File {
  readonly file: RandomAccess;
  readonly map: ChunkMap;
  readonly attributes: Nd2Attributes;
  readonly loops: readonly Nd2Loop[];
  /** Of the first frame. */
  readonly picture: PictureMetadata;
  readonly channels: readonly Nd2Channel[];
  /** Sequences × channels: page p is channel p mod n of sequence ⌊p / n⌋. */
  readonly pages: number;
}

export type Nd2Reading = { readonly kind: "ok"; readonly value: Nd2File } | ReadProblem;

/** Each page is a row of the ledger. A week of 96 positions every 20 minutes in 2 channels has 96,768. */
export const MAX_PAGES = 200_000;
/** Metadata of 1000 stage positions is about 5 MB. */
const MAX_METADATA_BYTES = 1 << 25;

/** Reads the chunk map and the metadata: a few reads at their places, whatever the size of the file. */
export async function readNd2Structure(file: RandomAccess): Promise<Nd2Reading> {
  try {
    return { kind: "ok", value: await structure(file) };
  } catch (error) {
    if (error instanceof Nd2Stop) return error.problem;
    throw error;
  }
}

async function structure(file: RandomAccess): Promise<Nd2File> {
  const map = await readChunkMap(file);
  const attributesVariant = await readVariant(file, map, "ImageAttributesLV!");
  if (attributesVariant === undefined) throw damaged("it has no image attributes");
  const attributes = readAttributes(attributesVariant);
  const loops = readLoops(await readVariant(file, map, "ImageMetadataLV!"));
  const picture = readPictureMetadata(await readVariant(file, map, "ImageMetadataSeqLV|0!"), attributes.components);
  const { channels } = picture;
  const pages = map.sequences * channels.length;
  if (pages === 0) throw damaged("it holds no frame");
  if (pages > MAX_PAGES) throw unsupported(`an ND2 file of ${pages} images, where up to ${MAX_PAGES} are read`);
  return { file, map, attributes, loops, picture, channels, pages };
}

/**
 * The picture metadata of one frame, where it has its own: settings are written for the first frame, and again only where they changed.
 * @throws Nd2Stop
 */
export async function readOwnPicture(nd2: Nd2File, sequence: number): Promise<PictureMetadata | undefined> {
  if (sequence === 0) return nd2.picture;
  const variant = await readVariant(nd2.file, nd2.map, `ImageMetadataSeqLV|${sequence}!`);
  return variant === undefined ? undefined : readPictureMetadata(variant, nd2.attributes.components);
}

/** The metadata in a chunk; `undefined` when there is no such chunk. @throws Nd2Stop */
async function readVariant(file: RandomAccess, map: ChunkMap, name: string): Promise<Level | undefined> {
  const at = map.chunks.get(name);
  if (at === undefined) return undefined;
  return parseVariant((await readChunk(file, at, name, MAX_METADATA_BYTES, "its metadata")).data);
}
