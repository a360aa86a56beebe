import { statfs } from "node:fs/promises";

// f_type of statfs(2), as in Linux' include/uapi/linux/magic.h and the file systems' own headers.
const BELIEVED: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
]);

/**
 * Whether the folder lies on a file system that is known to stamp a folder at once with each name added to it or removed from it.
 * Network shares answer from a cache of seconds; of other drivers (FUSE, exFAT, NTFS) it is not known for all.
 */
export async function stampsFolders(folder: string): Promise<boolean> {
  return statfs(folder).then(
    ({ type }) => BELIEVED.has(type >>> 0),
    () => false,
  );
}
