import { asRefocusdError } from "../../errors/refocusd-error.js";
import { decodeFrame } from "../../frames/decode.js";
import type { Frame } from "../../frames/frame.js";
import { type Thumbnails, thumbnails } from "../../frames/thumbnails.js";
import { createNd2Source } from "../../pipeline/worker/nd2-source.js";
import { createSourceReader } from "../../pipeline/worker/read-source.js";
import type { DayReconstruction } from "./day-reconstructions.js";

/** Before and after, or why they cannot be shown. */
export type Pictures =
  | { readonly kind: "pictures"; readonly thumbnails: Thumbnails }
  | { readonly kind: "none"; readonly why: string };

export type ReadPictures = (reconstruction: DayReconstruction) => Promise<Pictures>;

/** Side of each picture, px. */
const SIDE = 240;

/**
 * Makes pictures from the files themselves, and only where they are, by their hash, those that the ledger knows. Decodes: not for the
 * supervisor's process.
 */
export function createPictureReader(maxPixels: number): ReadPictures {
  const readSource = createSourceReader();
  const readNd2Page = createNd2Source();
  const limits = { maxPixels };

  async function sourceFrame({ source }: DayReconstruction): Promise<Frame> {
    const { path, page, pages, type, sha256, stat } = source;
    if (type === "nd2") return (await readNd2Page({ path, page, sha256, stat, maxPixels })).frame;
    return (await decodeFrame(await readSource(path, sha256, pages), type, page, limits)).frame;
  }

  return async (reconstruction) => {
    try {
      const before = await sourceFrame(reconstruction);
      const { path, sha256 } = reconstruction.made;
      const after = (await decodeFrame(await readSource(path, sha256, 1), "tiff", 0, limits)).frame;
      if (before.width !== after.width || before.height !== after.height || before.channels !== after.channels)
        return { kind: "none", why: "the two differ in size" };
      return { kind: "pictures", thumbnails: await thumbnails(before, after, SIDE) };
    } catch (error) {
      return { kind: "none", why: asRefocusdError(error).message };
    }
  };
}
