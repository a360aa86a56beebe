import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import BetterSqlite3 from "better-sqlite3";
import { type Percentiles, percentiles } from "../../src/report/percentiles.js";
import { smallTiff } from "../../test/faults/frames.js";
import { startMeasured } from "./daemon.js";

export interface Burst {
  readonly files: number;
  /** How long it took to write them, seconds. */
  readonly writingSeconds: number;
  /** From the return of a file's close to the moment at which another process finds it as `ready` in the ledger (to 25 ms), ms. */
  readonly readyMs: Percentiles;
}

const LOOK_MS = 25;
const LONGEST_MS = 120_000;

/** Writes many files as fast as one writer can, while the daemon works on the first of them, and sees when each is ready. */
export async function measureBurst(folder: string, files: number): Promise<Burst> {
  const contents = Array.from({ length: files }, (_, k) => smallTiff(k + 1));
  const daemon = await startMeasured(folder);
  const ledger = new BetterSqlite3(daemon.ledger, { readonly: true });
  try {
    await sleep(3_000);
    const closed = new Map<string, number>();
    const ready = new Map<string, number>();
    const find = ledger.prepare("SELECT path FROM frames WHERE settled_ms IS NOT NULL").pluck();
    const begun = Date.now();
    let writtenMs = 0;
    const writing = (async () => {
      for (const [k, bytes] of contents.entries()) {
        const path = join(daemon.incoming, `burst_t${String(k + 1).padStart(5, "0")}.tif`);
        await writeFile(path, bytes);
        closed.set(path, Date.now());
      }
      writtenMs = Date.now() - begun;
    })();
    while (ready.size < files && Date.now() - begun < LONGEST_MS) {
      const paths = find.all() as string[];
      const now = Date.now();
      for (const path of paths) if (!ready.has(path)) ready.set(path, now);
      await sleep(LOOK_MS);
    }
    await writing;
    if (ready.size < files) throw new Error(`only ${ready.size} of ${files} were ready after ${LONGEST_MS / 1000} s`);
    const waits = [...ready].map(([path, ms]) => ms - (closed.get(path) ?? ms));
    return { files, writingSeconds: Number((writtenMs / 1000).toFixed(1)), readyMs: percentiles(waits)! };
  } finally {
    ledger.close();
    await daemon.stop();
  }
}
