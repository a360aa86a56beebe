import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import BetterSqlite3 from "better-sqlite3";
import { type Measured, startMeasured } from "./daemon.js";
import { fill } from "./fill.js";
import { processorSeconds, residentOf } from "./processes.js";

export interface KnownStart {
  readonly files: number;
  /** From the start of the process to the end of the first complete scan, seconds; at most a scan too much, since it is told every 2 s. */
  readonly firstScanSeconds: number;
  /** From the start of the process until it watches, seconds. */
  readonly readySeconds: number;
  /** The supervisor's, half a minute after its first scan, MiB. */
  readonly residentMiB: number;
  /** Frames that it worked on though it knew them: none. */
  readonly processed: number;
}

/** How a daemon starts on a folder all of whose files are known to its ledger. */
export async function measureKnownStart(folder: string, files: number): Promise<KnownStart> {
  await fill(folder, files, "done");
  const daemon = await startMeasured(folder);
  try {
    const firstScanMs = await firstScan(daemon, files);
    await sleep(20_000);
    const resident = await supervisorMiB(daemon.pid, 10);
    const seconds = (ms: number) => Number(((ms - daemon.startedMs) / 1000).toFixed(1));
    return {
      ...{
        files,
        firstScanSeconds: seconds(firstScanMs),
        readySeconds: seconds(daemon.readyMs),
        residentMiB: resident,
      },
      processed: attemptsSince(daemon),
    };
  } finally {
    await daemon.stop();
  }
}

export interface Idle {
  readonly files: number;
  readonly seconds: number;
  /** Of one core, per cent. */
  readonly supervisorPercent: number;
  readonly workersPercent: number;
  readonly processed: number;
}

/** Processor time of a daemon that has nothing to do but look. */
export async function measureIdle(folder: string, files: number, seconds: number): Promise<Idle> {
  await fill(folder, files, "done");
  const daemon = await startMeasured(folder);
  try {
    await firstScan(daemon, files);
    await sleep(15_000);
    const [before, begun] = [processorSeconds(daemon.pid), performance.now()];
    await sleep(seconds * 1000);
    const after = processorSeconds(daemon.pid);
    const lasted = (performance.now() - begun) / 1000;
    const percent = (used: number) => Number(((100 * used) / lasted).toFixed(2));
    return {
      ...{ files, seconds: Math.round(lasted) },
      supervisorPercent: percent(after.supervisor - before.supervisor),
      workersPercent: percent(after.workers - before.workers),
      processed: attemptsSince(daemon),
    };
  } finally {
    await daemon.stop();
  }
}

/** @returns when the first scan that saw all files had ended, ms since 1970. */
export async function firstScan(daemon: Measured, files: number): Promise<number> {
  for (;;) {
    const watcher = (await daemon.status())?.watchers[0];
    if (watcher?.lastScanAt !== undefined && watcher.frames >= files) return watcher.lastScanAt;
    if (daemon.hasEnded()) throw new Error("the daemon has ended");
    await sleep(50);
  }
}

/** The median of a second's samples each: the heap breathes. */
export async function supervisorMiB(pid: number, seconds: number): Promise<number> {
  const samples: number[] = [];
  for (let k = 0; k < seconds; k++) {
    samples.push(residentOf(pid).supervisor);
    await sleep(1000);
  }
  return Math.round(samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)]!);
}

function attemptsSince({ ledger, startedMs }: Measured): number {
  const db = new BetterSqlite3(join(ledger), { readonly: true });
  try {
    return db.prepare("SELECT count(*) FROM attempts WHERE started_ms >= ?").pluck().get(startedMs) as number;
  } finally {
    db.close();
  }
}
