import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import { parseNisName } from "../frames/nis-names.js";
import type { SimulatedFrame } from "./microscope.js";

const FRAME = /\.(?:tiff?|png|jpe?g)$/i;

/**
 * Names of the frames in a folder and below it, in the order in which a microscope takes them: time point by time point, at each all positions.
 * @throws RF_USAGE when there are none, or no folder.
 */
export async function listFrames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      const why = error.code === "ENOENT" ? "there is no such folder" : error.message;
      throw new RefocusdError("RF_USAGE", `--from ${folder}: ${why}`, { cause: error });
    },
  );
  const names = entries
    .filter((entry) => entry.isFile() && FRAME.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  if (names.length === 0) {
    throw new RefocusdError("RF_USAGE", `--from ${folder}: no TIFF, PNG or JPEG file in it`);
  }
  return inOrderOfTaking(names);
}

/** By time, then as people sort names ("xy2" before "xy10"). Names without a time stay in the order of their names, at the end. */
export function inOrderOfTaking(names: readonly string[]): string[] {
  const collator = new Intl.Collator("en", { numeric: true });
  const timeOf = (name: string) => parseNisName(path.basename(name))?.time ?? Number.POSITIVE_INFINITY;
  return names.toSorted((a, b) => {
    const [ta, tb] = [timeOf(a), timeOf(b)];
    return ta === tb ? collator.compare(a, b) : ta - tb;
  });
}

/** Reads one frame at a time, when its turn comes. */
export async function* framesOfFolder(
  folder: string,
  names: readonly string[],
): AsyncGenerator<SimulatedFrame, void, undefined> {
  for (const name of names) yield { name, bytes: await readFile(path.join(folder, name)) };
}
