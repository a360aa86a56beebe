import { stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Ledger } from "../ledger/ledger.js";
import { COMPANION_KINDS } from "../ledger/types.js";
import type { Clock } from "../system/clock.js";
import { isNoSuchFile } from "../system/file-system.js";
import { companionPath, type OutputIdentity, outputPath, sidecarPath } from "./output-path.js";

export interface LeftoverDeps {
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, "select" | "getMeta" | "setMeta">;
  /** The output folder of a watched folder; undefined when it is no longer watched. */
  readonly outputOf: (root: string) => string | undefined;
}

const CHECKED = "leftovers_checked_ms";

/**
 * Frames that came to an end without a reconstruction though work on them was cut short, since the last check. Most have no leftover: the
 * kill has to fall between the rename of the output and the commit, and the file has to be overwritten or deleted before the frame's turn
 * comes again.
 */
const CUT_SHORT = `SELECT f.root, f.path, f.page, f.pages, f.revision, f.type, f.position, f.time_index AS time, f.z_index AS z,
    f.channel FROM frames f
  WHERE f.finished_ms >= ? AND f.state IN ('superseded', 'gone', 'quarantined') AND f.pages IS NOT NULL
    AND EXISTS (SELECT 1 FROM attempts a WHERE a.frame_id = f.id AND a.outcome <> 'done')
    AND NOT EXISTS (SELECT 1 FROM reconstructions r WHERE r.frame_id = f.id)`;
const NAMED = `SELECT 1 FROM (SELECT path FROM reconstructions UNION ALL SELECT path FROM companions) WHERE path = ? LIMIT 1`;

/**
 * Removes outputs (and their temporary files) that no row names: of frames whose last attempt was cut short and that will have no other.
 * An output of ours without provenance is worse than none.
 *
 * @returns the files that were removed
 */
export async function removeLeftovers({ clock, ledger, outputOf }: LeftoverDeps): Promise<string[]> {
  const now = clock.now();
  const removed: string[] = [];
  for (const frame of ledger.select<OutputIdentity>(CUT_SHORT, Number(ledger.getMeta(CHECKED) ?? 0))) {
    const output = outputOf(frame.root);
    if (output === undefined) continue;
    const path = outputPath(output, frame);
    const made = [[path, sidecarPath(path)], ...COMPANION_KINDS.map((kind) => [companionPath(path, kind)])];
    for (const files of made) {
      if (ledger.select(NAMED, files[0]).length > 0) continue;
      for (const file of files.flatMap((each) => [each, temporaryOf(each)]))
        if (await removeFile(file)) removed.push(file);
    }
  }
  ledger.setMeta(CHECKED, String(Math.round(now)));
  return removed;
}

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp`);
}

async function removeFile(path: string): Promise<boolean> {
  try {
    await stat(path);
    await unlink(path);
    return true;
  } catch (error) {
    if (isNoSuchFile(error)) return false;
    throw error;
  }
}
