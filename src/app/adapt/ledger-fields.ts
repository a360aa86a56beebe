import { RefocusdError } from "../../errors/refocusd-error.js";
import type { LedgerReader } from "../../ledger/ledger.js";
import type { FileSystem } from "../../system/file-system.js";
import type { Microscope } from "../../train/adapt/judge-fields.js";
import type { Field } from "../../train/dataset/fields.js";
import { type LedgerCandidate, ledgerCandidates } from "./ledger-candidates.js";
import { spread } from "./spread.js";

export interface LedgerFields {
  readonly fields: readonly Field[];
  /** What the frames themselves say, where all say the same. */
  readonly microscope: Microscope;
  /** How many of them a person said to be in focus. */
  readonly reviewed: number;
  /** Frames that would have done, but are not there any more or have other bytes. */
  readonly passedOver: number;
}

/** Fewer than this say too little of a laboratory. */
export const LEAST_FRAMES = 5;

/**
 * Frames to adapt on, of those that a ledger knows: in focus, spread over positions and time, and on the disk with the bytes that were judged.
 * @throws RF_TRAINING_DATA with what to do when there are too few
 */
export async function ledgerFields(
  ledger: Pick<LedgerReader, "select">,
  { sinceMs, count }: { readonly sinceMs: number; readonly count: number },
  fs: Pick<FileSystem, "hash">,
): Promise<LedgerFields> {
  const taken: LedgerCandidate[] = [];
  let passedOver = 0;
  const candidates = ledgerCandidates(ledger, sinceMs);
  const byPath = new Map(candidates.map((one) => [one.path, one]));
  for (const { path, sha256 } of spread(candidates)) {
    if (taken.length === count) break;
    const found = await fs.hash(path).catch(() => undefined);
    if (found === sha256) taken.push(byPath.get(path)!);
    else passedOver++;
  }
  const places = new Set(taken.map(({ place }) => place)).size;
  if (taken.length < LEAST_FRAMES || places < 2) throw tooFew(taken.length, places, passedOver);
  return {
    fields: taken.map(({ path, place }) => ({ path, group: place })),
    microscope: { na: agreed(taken.map(({ na }) => na)), pixelUm: agreed(taken.map(({ pixelUm }) => pixelUm)) },
    reviewed: taken.filter(({ isReviewed }) => isReviewed).length,
    passedOver,
  };
}

function tooFew(frames: number, places: number, passedOver: number): RefocusdError {
  const lost = passedOver === 0 ? "" : `; ${passedOver} more are not on the disk as they were judged`;
  return new RefocusdError(
    "RF_TRAINING_DATA",
    `the ledger has ${frames} frames of ${places} positions that are surely in focus${lost}; ${LEAST_FRAMES} of at least 2 are needed. A classifier that ` +
      "does not know your cells may call all of them defocused: look at some frames and say of those in focus refocusd review <file> focused",
  );
}

function agreed(values: readonly (number | null)[]): number | undefined {
  const [first] = values;
  return typeof first === "number" && values.every((value) => value === first) ? first : undefined;
}
