import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Replaces a file as a whole; the temporary one must lie in the same folder. */
export async function replaceFile(path: string, temporary: string, bytes: Uint8Array): Promise<void> {
  const file = await open(temporary, "w");
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
  await publishFile(temporary, path);
}

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
