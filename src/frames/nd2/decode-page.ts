import { RefocusdError } from "../../errors/refocusd-error.js";
import type { DecodedFrame, DecodeLimits } from "../decoded-frame.js";
import type { SourceFacts } from "../facts.js";
import { problemError } from "../read-problem.js";
import { type PictureMetadata, pictureFacts } from "./channels.js";
import { type ChunkPlace, chunkPlace } from "./chunk.js";
import { FRAME_HEADER_BYTES, readPlane } from "./plane-pixels.js";
import { Nd2Stop } from "./problem.js";
import { type Recorded, readRecorded } from "./recorded.js";
import { type Nd2File, readNd2Structure, readOwnPicture } from "./structure.js";

/** An ND2 that is open for decoding. */
export interface OpenNd2 {
  readonly nd2: Nd2File;
  readonly recorded: Recorded;
}

/**
 * Opens an ND2 for decoding. The file stays the caller's, to be closed when the last page is read.
 * @throws RefocusdError RF_UNSUPPORTED_PIXELS, RF_DECODE_FAILED
 */
export async function openNd2(file: Nd2File["file"]): Promise<OpenNd2> {
  const reading = await readNd2Structure(file);
  if (reading.kind !== "ok") throw problemError(reading);
  return { nd2: reading.value, recorded: await readRecorded(reading.value) };
}

/**
 * Decodes one page: only its own chunk is read, and of several channels only one is kept in memory (of a compressed frame, all).
 *
 * @param page sequence index × channels + channel, from 0
 * @throws RefocusdError RF_FRAME_TOO_LARGE before a pixel is read; RF_DECODE_FAILED for a frame that is missing or damaged
 */
export async function decodeNd2Page(open: OpenNd2, page: number, limits: DecodeLimits): Promise<DecodedFrame> {
  const { nd2 } = open;
  const { file, attributes, channels, map } = nd2;
  const { width, height, bitDepth, components, compression } = attributes;
  // A compressed frame is unpacked with all its components; those of four channels are no surprise.
  const held = compression === "zlib" ? Math.max(1, components / 4) : 1;
  if (width * height * held > limits.maxPixels) {
    const limit = (limits.maxPixels / 1e6).toFixed(1);
    const of = held > 1 ? ` of ${components} channels` : "";
    throw new RefocusdError("RF_FRAME_TOO_LARGE", `${width}×${height} pixels${of}, the limit is ${limit} megapixels`);
  }
  const sequence = Math.floor(page / channels.length);
  const channel = channels[page % channels.length];
  const at = map.frames.get(sequence);
  if (channel === undefined || at === undefined) {
    throw new RefocusdError(
      "RF_DECODE_FAILED",
      `frame ${sequence} is not in the file (its time point was not recorded)`,
    );
  }
  try {
    const place = await chunkPlace(file, at, `ImageDataSeq|${sequence}!`);
    const data = await readPlane(file, place, attributes, channel);
    const time = await frameTime(open, sequence, place);
    const own = await readOwnPicture(nd2, sequence);
    return {
      frame: { width, height, channels: channel.channels, bitDepth, data },
      facts: { width, height, channels: channel.channels, bitDepth, ...pageFacts(open, sequence, page, time, own) },
    };
  } catch (error) {
    throw error instanceof Nd2Stop ? problemError(error.problem) : error;
  }
}

/** The time in the list of all times; else the one in front of the pixels. */
async function frameTime({ nd2, recorded }: OpenNd2, sequence: number, place: ChunkPlace): Promise<number | undefined> {
  const listed = recorded.timesMs?.[sequence];
  if (listed !== undefined) return finite(listed);
  const head = await nd2.file.read(place.offset, FRAME_HEADER_BYTES);
  return head.length === FRAME_HEADER_BYTES ? finite(head.readDoubleLE(0)) : undefined;
}

type PageFacts = Omit<SourceFacts, "width" | "height" | "channels" | "bitDepth">;

function pageFacts(open: OpenNd2, sequence: number, page: number, time: number | undefined, own?: PictureMetadata) {
  const { attributes, picture, channels } = open.nd2;
  const index = page % channels.length;
  const stageUm = stagePosition(open.recorded, sequence, own);
  const { stageUm: _, acquiredAtMs, ...optics } = pictureFacts(own ?? picture, own?.channels[index] ?? channels[index]);
  const facts: PageFacts = {
    ...optics,
    ...(attributes.significantBits !== undefined && { significantBits: attributes.significantBits }),
    ...(time !== undefined && { acquiredMs: time }),
    ...(own !== undefined && acquiredAtMs !== undefined && { acquiredAtMs }),
    ...(stageUm !== undefined && { stageUm }),
  };
  return facts;
}

/** What was recorded with the frame. The lists of a snapshot hold zeros only, while its own metadata have the position. */
function stagePosition(recorded: Recorded, sequence: number, own: PictureMetadata | undefined): SourceFacts["stageUm"] {
  const [x, y, z] = [recorded.x, recorded.y, recorded.z].map((list) => finite(list?.[sequence]));
  const isRecorded = x !== undefined && y !== undefined && z !== undefined;
  if (isRecorded && (x !== 0 || y !== 0 || z !== 0)) return { x, y, z };
  return own?.stageUm ?? (isRecorded ? { x, y, z } : undefined);
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
