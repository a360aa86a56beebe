import { existsSync } from "node:fs";
import { cp, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isNoSuchFile } from "../system/file-system.js";
import { MODEL_NAME } from "./card.js";
import { findModel } from "./registry.js";

/**
 * Copies the sound models of a folder, which never change, to another one. What is there under the same name stays as it is.
 * @returns names of those that were copied; nothing for a folder that is not there
 * @throws what writing throws
 */
export async function copyModels(from: string, to: string): Promise<string[]> {
  const copied: string[] = [];
  const names = await namesIn(from);
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    if (!MODEL_NAME.test(name) || existsSync(join(to, name)) || !(await isSound(from, name))) continue;
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

async function isSound(models: string, name: string): Promise<boolean> {
  return findModel(models, name).then(
    () => true,
    () => false,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isNoSuchFile(error)) return [];
    throw error;
  }
}
