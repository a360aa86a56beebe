import { lstat } from "node:fs/promises";
import path from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";

/**
 * Makes sure that a simulation overwrites nothing: the folder may be one in which somebody keeps real frames.
 * @throws RF_USAGE naming the first file that is there already.
 */
export async function refuseExisting(target: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const file = path.join(target, name);
    const found = await lstat(file).catch(() => undefined);
    if (found)
      throw new RefocusdError("RF_USAGE", `${file} is there already, and nothing is overwritten: give an empty folder`);
  }
}
