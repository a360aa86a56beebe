import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** Folder of the real phase-contrast frames. */
export const REAL_FRAMES = resolve(process.env.REFOCUSD_DATA ?? "../shared/data", "phase-contrast");

/** That folder; without it the bench says so and ends, which is no failure. */
export function realFramesFor(bench: string): string {
  if (existsSync(REAL_FRAMES)) return REAL_FRAMES;
  process.stdout.write(`${bench} skipped: there is no ${REAL_FRAMES}; REFOCUSD_DATA names the folder of real frames\n`);
  process.exit(0);
}
