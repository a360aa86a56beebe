import { statfsSync } from "node:fs";

// f_type of statfs(2): Linux' include/uapi/linux/magic.h, and the file systems' own headers for those outside the kernel.
// FUSE (0x65735546) and 9p (0x01021997) are not among them: local disks and containers use both.
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB2"],
  [0xff534d42, "CIFS"],
  [0x564c, "NCP"],
  [0x73757245, "Coda"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
]);

/** The kind of network share with this `f_type`, or `undefined` for a local disk. */
export function networkShareOfType(type: number): string | undefined {
  return NETWORK_FILE_SYSTEMS.get(type >>> 0); // signed on 32-bit kernels
}

/** The kind of network share that `folder` lies on, or `undefined` for a local disk. */
export function networkShare(folder: string): string | undefined {
  return networkShareOfType(statfsSync(folder).type);
}
