import { type FileSystem, isNoSuchFile } from "../system/file-system.js";

/** The state of a watched folder itself. `ino` tells one folder of that name from another. */
export type Root =
  | { readonly kind: "present"; readonly ino: number }
  /** Not there, or not the real one: nothing that is missing from it has vanished. */
  | { readonly kind: "absent"; readonly why: string };

/**
 * Looks whether the watched folder is there. An unmounted share leaves its mount point behind, a folder like any other; so
 * an empty folder that is not the one it was (another inode) counts as absent until something appears in it.
 * @param before the inode it had when it was last present, if it ever was.
 */
export async function checkRoot(path: string, before: number | undefined, fs: FileSystem): Promise<Root> {
  try {
    const stat = await fs.stat(path);
    if (stat === undefined) return { kind: "absent", why: "it does not exist" };
    if (stat.kind !== "directory") return { kind: "absent", why: "it is not a folder" };
    const isAnother = before !== undefined && before !== stat.ino;
    if (isAnother && (await fs.readdir(path)).length === 0) {
      return { kind: "absent", why: "it is empty and not the folder it was; is the share mounted?" };
    }
    return { kind: "present", ino: stat.ino };
  } catch (error) {
    if (isNoSuchFile(error)) return { kind: "absent", why: "it does not exist" };
    return { kind: "absent", why: (error as Error).message };
  }
}
