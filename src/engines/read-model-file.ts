import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import { isNoSuchFile } from "../system/file-system.js";
import { MODEL_FILE } from "./engine.js";

/** @throws RF_MODEL_MISSING when the folder holds no model that can be read. */
export async function readModelFile(modelDirectory: string): Promise<Buffer> {
  const path = join(modelDirectory, MODEL_FILE);
  try {
    return await readFile(path);
  } catch (error) {
    const why = isNoSuchFile(error) ? "no such file" : (error as Error).message;
    throw new RefocusdError("RF_MODEL_MISSING", `${path}: ${why}`, { cause: error });
  }
}
