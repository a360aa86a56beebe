import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { RefocusdError } from "../../errors/refocusd-error.js";

/** What is true about one sample: it was rendered so. */
export interface SampleTruth {
  readonly file: string;
  /** DOF units, signed. */
  readonly dof: number;
  readonly verdict: "focused" | "defocused";
}

const truthSchema = z.object({
  frames: z.array(z.object({ file: z.string(), dof: z.number(), verdict: z.enum(["focused", "defocused"]) })).min(1),
});

/** The samples that come with refocusd: `samples/` beside `src/` or `dist/`. */
export function bundledSamples(): string {
  return fileURLToPath(new URL("../../../samples", import.meta.url));
}

/** @throws RF_USAGE when the samples are not there. */
export async function readTruth(samples: string): Promise<readonly SampleTruth[]> {
  const file = join(samples, "truth.json");
  try {
    return truthSchema.parse(JSON.parse(await readFile(file, "utf8"))).frames;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RefocusdError("RF_USAGE", `the samples cannot be read: ${file}: ${why}`, { cause: error });
  }
}
