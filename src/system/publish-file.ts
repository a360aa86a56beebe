import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes a finished temporary file appear under its name, whole or not at all, whatever happens to the power. */
export async function publishFile(temporary: string, path: string): Promise<void> {
  await syncToDisk(temporary);
  await rename(temporary, path);
  await syncToDisk(dirname(path));
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
