import { stat } from "node:fs/promises";
import { dirname } from "node:path";

/** The first part of `path`, from the top, that users without special rights cannot enter or read; undefined if they can. */
export async function closedPart(path: string): Promise<string | undefined> {
  const parts = [path];
  while (dirname(parts[0]!) !== parts[0]) parts.unshift(dirname(parts[0]!));
  for (const part of parts) {
    const { mode } = await stat(part);
    const needed = part === path ? 0o004 : 0o001;
    if ((mode & needed) === 0) return part;
  }
  return undefined;
}
