import { basename } from "node:path";
import { type FileSystem, isNoSuchFile } from "../../system/file-system.js";
import { checkContainer } from "../../watch/containers/index.js";

/** What a file that was seen and has not settled lacks, told by a look at it now, as a clause without a full stop. */
export async function whatIsMissing(path: string, fs: FileSystem): Promise<string> {
  try {
    const file = await fs.open(path);
    try {
      const check = await checkContainer(file, basename(path));
      const size = `${file.size} bytes so far`;
      switch (check.kind) {
        case "complete":
          return `it is complete, with ${check.pages} ${check.pages === 1 ? "frame" : "frames"}, and settles once it has been left alone`;
        case "incomplete":
          return `${check.why} (${size})`;
        case "unsupported":
          return `it is ${check.what}`;
        case "damaged":
          return check.why;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    return isNoSuchFile(error) ? "it is not there any more" : `it cannot be read: ${(error as Error).message}`;
  }
}
