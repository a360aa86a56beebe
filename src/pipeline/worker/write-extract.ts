import type { SourceFacts } from "../../frames/facts.js";
import type { Frame } from "../../frames/frame.js";
import type { RawTag } from "../../frames/tiff-fields.js";
import { encodeTiff } from "../../frames/tiff-writer.js";
import type { CompanionResult, Verdict } from "../../ledger/types.js";
import type { WorkerJob } from "../messages.js";
import { companionPath } from "../output-path.js";
import { describeExtract, type extractNotes } from "./describe.js";
import type { publish } from "./publish.js";

export interface Extract {
  readonly job: Pick<WorkerJob, "output" | "writing">;
  /** As it was decoded. */
  readonly frame: Frame;
  readonly facts: SourceFacts;
  readonly extraTags: readonly RawTag[];
  readonly provenance: Parameters<typeof extractNotes>[0];
}

/** Whether a page is to be written as a file of its own: in a series nothing else can stand for it. */
export function wantsExtract(
  { pages, type, writing }: Pick<WorkerJob, "pages" | "type" | "writing">,
  verdict: Verdict,
  isReconstructed: boolean,
): boolean {
  if (writing.extract === undefined || (pages === 1 && type !== "nd2")) return false;
  return !(isReconstructed && writing.extract.reconstructionOf.includes(verdict));
}

/**
 * Writes a page of a larger file as a TIFF: the same values in the same type.
 * @throws RF_DISK_FULL, RF_OUTPUT_UNWRITABLE
 */
export async function writeExtract(
  { job, frame, facts, extraTags, provenance }: Extract,
  tools: { readonly publish: typeof publish },
): Promise<CompanionResult> {
  const { pixelSizeUm, significantBits } = facts;
  const file = encodeTiff(frame, {
    ...describeExtract(provenance, job.writing, frame, facts),
    compression: job.writing.compression,
    software: `refocusd ${provenance.version}`,
    ...(pixelSizeUm !== undefined && { pixelSizeUm }),
    ...(significantBits !== undefined && { significantBits }),
    extraTags,
  });
  const path = companionPath(job.output, "extract");
  return { kind: "extract", path, ...(await tools.publish(path, file)) };
}
