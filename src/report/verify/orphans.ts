import { join } from "node:path";
import type { FileSystem } from "../../system/file-system.js";
import { looksLikeOutput } from "./findings.js";

/** Paths of files below `folder` that look like refocusd's own. Links to folders are not followed. Errors are Node's. */
export async function* outputFiles(folder: string, fs: Pick<FileSystem, "readdir">): AsyncGenerator<string> {
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const { name, kind } of await fs.readdir(next)) {
      if (kind === "directory") folders.push(join(next, name));
      else if (kind === "file" && looksLikeOutput(name)) yield join(next, name);
    }
  }
}
