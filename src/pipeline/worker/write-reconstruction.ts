import { asRefocusdError } from "../../errors/refocusd-error.js";
import type { SourceFacts } from "../../frames/facts.js";
import type { Frame } from "../../frames/frame.js";
import type { RawTag } from "../../frames/tiff-fields.js";
import { encodeTiff } from "../../frames/tiff-writer.js";
import type { Writing } from "../../ledger/types.js";
import { sidecarPath } from "../output-path.js";
import { describeReconstruction, type Provenance, provenanceNotes } from "./describe.js";
import type { publish } from "./publish.js";

export interface Reconstruction {
  readonly path: string;
  /** Values as they are to stand in the file. */
  readonly frame: Frame;
  /** Of the source. */
  readonly facts: SourceFacts;
  readonly extraTags: readonly RawTag[];
  readonly provenance: Provenance;
}

/** How a reconstruction gets onto the disk, and who hears of it when its JSON file does not. */
export interface WritingTools {
  readonly publish: typeof publish;
  readonly note: (text: string) => void;
}

/**
 * Encodes and publishes a reconstruction, and its JSON file if one is wanted. That one is a convenience: when it cannot be written the
 * frame is done all the same.
 * @returns of the TIFF: size in bytes
 * @throws RF_DISK_FULL, RF_OUTPUT_UNWRITABLE
 */
export async function writeReconstruction(
  { path, frame, facts, extraTags, provenance }: Reconstruction,
  writing: Writing,
  { publish, note }: WritingTools,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const { pixelSizeUm, significantBits } = facts;
  const file = encodeTiff(frame, {
    ...describeReconstruction(provenance, writing, frame, facts),
    compression: writing.compression,
    software: `refocusd ${provenance.version}`,
    ...(pixelSizeUm !== undefined && { pixelSizeUm }),
    ...(significantBits !== undefined && { significantBits }),
    extraTags,
  });
  const written = await publish(path, file);
  if (writing.sidecar) {
    const json = sidecarText(provenance, written.sha256, pixelSizeUm);
    await publish(sidecarPath(path), Buffer.from(json)).catch((error: unknown) => {
      const { code, detail } = asRefocusdError(error);
      note(`${code}: the JSON file beside a reconstruction was not written: ${detail}`);
    });
  }
  return written;
}

function sidecarText(provenance: Provenance, sha256: string, pixelSizeUm: number | undefined): string {
  const notes = Object.fromEntries(provenanceNotes(provenance));
  return `${JSON.stringify({ ...notes, sha256, ...(pixelSizeUm !== undefined && { pixelSizeUm }) }, null, 2)}\n`;
}
