import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { DecodedFrame } from "../../frames/decode.js";
import { decodeNd2Page, type OpenNd2, openNd2 } from "../../frames/nd2/decode-page.js";
import type { PathStat } from "../../ledger/types.js";
import { isNoSuchFile, type RandomAccess, readAt } from "../../system/file-system.js";
import type { WorkerJob } from "../messages.js";

export type Nd2Job = Pick<WorkerJob, "path" | "page" | "sha256" | "stat" | "maxPixels">;
export type ReadNd2Page = (job: Nd2Job) => Promise<DecodedFrame>;

interface Kept {
  readonly path: string;
  readonly sha256: string;
  readonly handle: FileHandle;
  /** Of the handle when its content was known to be what was settled. */
  readonly stat: PathStat;
  readonly opened: OpenNd2;
}

/**
 * Reads pages of ND2 files, which may be larger than memory: each at its place in a file that stays open until another is asked for. What is
 * judged is what was hashed: the file shows the stat under which it was hashed (else it is hashed anew) before the page is read and after.
 *
 * @throws RF_SOURCE_GONE, RF_UNREADABLE, RF_SOURCE_CHANGED, and what decoding throws
 */
export function createNd2Source(): ReadNd2Page {
  let kept: Kept | undefined;

  async function close(): Promise<void> {
    await kept?.handle.close().catch(() => {});
    kept = undefined;
  }

  return async (job) => {
    // A file of the same name may have been put in the place of the one that is open.
    const named = await open(job.path, "r").catch((error: Error) => {
      const code = isNoSuchFile(error) ? "RF_SOURCE_GONE" : "RF_UNREADABLE";
      throw new RefocusdError(code, `${job.path}: ${error.message}`, { cause: error });
    });
    const stat = await statOf(named);
    if (kept?.path !== job.path || kept.sha256 !== job.sha256 || !isSame(kept.stat, stat)) {
      await close();
      try {
        if (!isSame(stat, job.stat)) await assertHash(named, job);
        kept = {
          ...{ path: job.path, sha256: job.sha256, handle: named, stat },
          opened: await openNd2(access(named, stat.size)),
        };
      } catch (error) {
        await named.close();
        throw error;
      }
    } else {
      await named.close();
    }
    const decoded = await decodeNd2Page(kept.opened, job.page, { maxPixels: job.maxPixels });
    if (!isSame(await statOf(kept.handle), kept.stat)) {
      await close();
      throw new RefocusdError("RF_SOURCE_CHANGED", `${job.path} was changed while it was read`);
    }
    return decoded;
  };
}

async function statOf(handle: FileHandle): Promise<PathStat> {
  const { size, mtimeMs, ctimeMs } = await handle.stat();
  return { size, mtimeMs, ctimeMs };
}

function isSame(a: PathStat, b: PathStat): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

async function assertHash(handle: FileHandle, { path, sha256 }: Nd2Job): Promise<void> {
  const hash = createHash("sha256");
  const stream = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
  for await (const bytes of stream) hash.update(bytes as Buffer);
  const found = hash.digest("hex");
  if (found !== sha256) throw new RefocusdError("RF_SOURCE_CHANGED", `${path}: SHA-256 is ${found}, was ${sha256}`);
}

function access(handle: FileHandle, size: number): RandomAccess {
  return {
    size,
    read: (offset, length) => readAt(handle, offset, Math.max(0, Math.min(length, size - offset))),
    close: () => handle.close(),
  };
}
