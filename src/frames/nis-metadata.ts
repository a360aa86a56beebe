import type { SourceFacts } from "./facts.js";
import { pictureFacts, readPictureMetadata } from "./nd2/channels.js";
import { parseVariant } from "./nd2/parse-variant.js";
import { Nd2Stop } from "./nd2/problem.js";
import { frameBlocks, namedBlocks } from "./nis-blocks.js";
import type { TiffPage } from "./tiff-structure.js";
import { TAG } from "./tiff-tags.js";
import { type TiffSource, tagBytes } from "./tiff-values.js";

/** Real values have 4 to 60 kB; 4 MiB hold the metadata of some 80 frames. */
const MAX_BYTES = 1 << 22;

/**
 * What NIS-Elements writes into the blocks of its private TIFF tags. 65331 holds the same structure as an ND2's picture metadata, 65330
 * what was recorded with the frame: the stage position there is what was read at that moment, the one in 65329 (and in 65331) is where the
 * stage was sent. Under the perfect focus system only the former moves: over the 8 frames of a real time-lapse by 5 µm.
 *
 * Times and positions belong to one page, so of the first page's blocks only the optics hold for the others.
 */
export async function readNisMetadata(
  source: TiffSource,
  page: TiffPage,
  first: TiffPage,
): Promise<Partial<SourceFacts>> {
  const own = page.directory.offset === first.directory.offset || page.tags.has(TAG.nisFrameBlocks);
  const from = own ? page : first;
  const blocksOf = async (id: number) => (await tagBytes(source, from, id, MAX_BYTES)) ?? Buffer.alloc(0);
  const recorded = namedBlocks(await blocksOf(TAG.nisRecorded));
  const picture = readPicture(frameBlocks(await blocksOf(TAG.nisFrameBlocks), 0).get("MetadataTiffV1_0"), page);
  const software = softwareIn(namedBlocks(await blocksOf(TAG.nisProgramBlocks)).get("AppInfo_V1_0"));
  const { acquiredAtMs, stageUm: _, ...optics } = picture;
  const [x, y, z] = ["X", "Y", "Z"].map((name) => double(recorded.get(name)));
  const exposureMs = optics.exposureMs ?? double(recorded.get("Camera_ExposureTime1"));
  return {
    ...optics,
    ...(exposureMs !== undefined && exposureMs > 0 && { exposureMs }),
    ...(software !== undefined && { software }),
    ...(own && acquiredAtMs !== undefined && { acquiredAtMs }),
    ...(own && x !== undefined && y !== undefined && z !== undefined && { stageUm: { x, y, z } }),
  };
}

function readPicture(block: Buffer | undefined, page: TiffPage): Partial<SourceFacts> {
  if (!block) return {};
  try {
    const picture = readPictureMetadata(parseVariant(block), page.samplesPerPixel);
    return pictureFacts(picture, picture.channels[0]);
  } catch (error) {
    // These facts only accompany the pixels, which do not depend on them.
    if (error instanceof Nd2Stop) return {};
    throw error;
  }
}

/** Such as "NIS-Elements AR 6.10.01 (Build 2027)". The block is XML in UTF-16. */
function softwareIn(block: Buffer | undefined): string | undefined {
  const text = block?.subarray(0, 8192).toString("utf16le") ?? "";
  const value = (name: string) => new RegExp(`<${name}\\s[^>]*value="([^"<]{1,100})"`).exec(text)?.[1];
  const [name, version] = [value("m_SWNameString"), value("m_VersionString")];
  return name === undefined ? undefined : [name, version].filter(Boolean).join(" ");
}

function double(block: Buffer | undefined): number | undefined {
  const value = block?.length === 8 ? block.readDoubleLE(0) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
