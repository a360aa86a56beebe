import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { ModelKind } from "../../models/card.js";
import { isNoSuchFile } from "../../system/file-system.js";
import { replaceFile } from "../../system/publish-file.js";
import type { TrainingPlan } from "../plan.js";
import type { Comparison } from "./planned-runs.js";

/** All that decides what a comparison's figures will be; what a work folder holds must be of the same. */
export interface RequestFacts {
  readonly kind: ModelKind;
  readonly comparison: Comparison;
  readonly plan: TrainingPlan;
  readonly seed: number;
  readonly splitSeed: number;
  readonly poolSize: number;
  readonly sampling: number | null;
  readonly from: { readonly name: string; readonly version: string; readonly sha256: string } | null;
  readonly fields: readonly { readonly file: string; readonly group: string; readonly sha256: string }[];
}

/**
 * Notes in the work folder (`request.json`) what is compared there, or holds it against what was noted.
 *
 * @throws RF_USAGE naming what is different
 */
export async function claimWork(work: string, facts: RequestFacts): Promise<void> {
  const path = join(work, "request.json");
  const text = `${JSON.stringify(facts)}\n`;
  const found = await readFile(path, "utf8").catch((error: unknown) => {
    if (isNoSuchFile(error)) return undefined;
    throw error;
  });
  if (found === undefined) {
    await mkdir(work, { recursive: true });
    await replaceFile(path, `${path}.${process.pid}.tmp`, Buffer.from(text));
    return;
  }
  if (found === text) return;
  const noted = JSON.parse(found) as Record<string, unknown>;
  const different = Object.entries(facts).filter(
    ([key, value]) => JSON.stringify(noted[key]) !== JSON.stringify(value),
  );
  throw new RefocusdError(
    "RF_USAGE",
    `${work} holds another comparison (different: ${different.map(([key]) => key).join(", ")}): give another --work folder, or remove it`,
  );
}
