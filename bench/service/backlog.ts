import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import BetterSqlite3 from "better-sqlite3";
import { smallTiff } from "../../test/faults/frames.js";
import { startMeasured } from "./daemon.js";
import { fill } from "./fill.js";
import { firstScan, supervisorMiB } from "./known-files.js";

export interface Backlog {
  readonly frames: number;
  /** The supervisor's while it works on them, MiB. */
  readonly residentMiB: number;
  readonly finished: number;
  readonly live: LiveFrame;
}

/** A frame that came while the backlog was being worked on. */
export interface LiveFrame {
  /** From ready to a worker, ms. */
  readonly waitedMs: number;
  /** Frames of the backlog that were begun meanwhile. */
  readonly overtakenBy: number;
}

const LONGEST_SECONDS = 120;

/** The supervisor's memory with a backlog of so many frames, and whether a new frame has to wait for them. */
export async function measureBacklog(folder: string, frames: number, seconds: number): Promise<Backlog> {
  await fill(folder, frames, "ready");
  const daemon = await startMeasured(folder);
  const ledger = new BetterSqlite3(daemon.ledger, { readonly: true });
  try {
    await firstScan(daemon, frames);
    await sleep(20_000);
    const resident = await supervisorMiB(daemon.pid, seconds);
    const path = join(daemon.incoming, "new_t1.tif");
    await writeFile(path, smallTiff(1e6));
    const find = ledger.prepare(
      "SELECT settled_ms AS ready, started_ms AS started FROM frames WHERE path = ? AND started_ms IS NOT NULL",
    );
    let row: { ready: number; started: number } | undefined;
    for (let k = 0; row === undefined && k < 20 * LONGEST_SECONDS; k++) {
      await sleep(50);
      row = find.get(path) as typeof row;
    }
    if (row === undefined) throw new Error(`the new frame was not begun within ${LONGEST_SECONDS} s`);
    const between = ledger.prepare("SELECT count(*) FROM attempts WHERE started_ms > ? AND started_ms < ?").pluck();
    const done = ledger.prepare("SELECT count(*) FROM frames WHERE state = 'done'").pluck();
    return {
      ...{ frames, residentMiB: resident, finished: done.get() as number },
      live: { waitedMs: row.started - row.ready, overtakenBy: between.get(row.ready, row.started) as number },
    };
  } finally {
    ledger.close();
    await daemon.stop();
  }
}
