import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { listModels } from "./registry.js";

/**
 * Copies the sound models of a folder, which never change, to another one. What is there under the same name stays as it is.
 * @returns names of those that were copied; nothing for a folder that is not there
 * @throws RF_MODEL_MISSING when the folder cannot be read; what writing throws
 */
export async function copyModels(from: string, to: string): Promise<string[]> {
  const copied: string[] = [];
  if (!existsSync(from)) return copied;
  for (const { name, ok } of await listModels(from)) {
    if (!ok || existsSync(join(to, name))) continue;
    await mkdir(to, { recursive: true });
    // The dot keeps half a copy from being taken for a model.
    const temporary = join(to, `.${name}.tmp`);
    await rm(temporary, { recursive: true, force: true });
    await cp(join(from, name), temporary, { recursive: true });
    await rename(temporary, join(to, name));
    copied.push(name);
  }
  return copied;
}
