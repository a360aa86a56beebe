import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { RefocusdError } from "../../errors/refocusd-error.js";
import { ledgerBytes } from "../../ledger/size.js";
import type { Log } from "../../log/log.js";
import { gigabytes } from "../../pipeline/disk-guard.js";
import type { Day } from "../../report/local-day.js";
import type { FreeBytes } from "../../system/disk-space.js";

export interface DailyBackupOptions {
  readonly state: string;
  /** How many are kept, and whether any is made. */
  readonly keep: number;
  /** So much stays free on the disk of the state folder. */
  readonly minFreeBytes: number;
}

export interface DailyBackupDeps {
  readonly log: Log;
  readonly freeBytes: FreeBytes;
  /** Writes a checked copy of the ledger. */
  readonly copy: (state: string, target: string) => Promise<void>;
}

const OURS = /^ledger-daily-\d{4}-\d{2}-\d{2}\.sqlite$/;
const HALF_WRITTEN = /^\.ledger-daily-.*\.tmp(-wal|-shm|-journal)?$/;

/**
 * The ledger's copy of the day, in the folder `backup` of the state folder; then the oldest of such copies that are too many go. Those that
 * people made themselves stay.
 * @throws RF_DISK_LOW instead of filling up the disk on which the ledger itself has to grow; and what `copy` throws
 */
export async function backUpDaily(day: Day, options: DailyBackupOptions, deps: DailyBackupDeps): Promise<void> {
  const { state, keep, minFreeBytes } = options;
  const { log, freeBytes, copy } = deps;
  const folder = join(state, "backup");
  if (keep > 0) {
    const target = join(folder, `ledger-daily-${day}.sqlite`);
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder))
      if (HALF_WRITTEN.test(name)) await rm(join(folder, name), { force: true });
    if (!existsSync(target)) {
      const [bytes, free] = [ledgerBytes(join(state, "ledger.sqlite")), await freeBytes(folder)];
      if (free < bytes + minFreeBytes)
        throw new RefocusdError(
          "RF_DISK_LOW",
          `${gigabytes(free)} free for a copy of ${gigabytes(bytes)} in ${folder}`,
        );
      await copy(state, target);
      log.info("the ledger was backed up", { path: target });
    }
  }
  const names = await readdir(folder).catch(() => []);
  for (const name of superfluous(names, keep)) {
    await rm(join(folder, name), { force: true });
    log.info("an old backup of the ledger was removed (ledger.dailyBackups)", { path: join(folder, name) });
  }
}

/** @returns those of `names` that are daily backups, but the newest `keep`. With 0, what is there stays: none is made any more. */
export function superfluous(names: readonly string[], keep: number): string[] {
  if (keep === 0) return [];
  return names
    .filter((name) => OURS.test(name))
    .toSorted()
    .slice(0, -keep);
}

/**
 * Copies the ledger in a process of its own: reading each page of a gigabyte for the check takes seconds, in which the supervisor could
 * do nothing else.
 */
export function copyByProcess(signal: AbortSignal): DailyBackupDeps["copy"] {
  const main = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
  return async (state, target) => {
    const words = [main, "ledger", "backup", "--state", state, "--to", target];
    await promisify(execFile)(process.execPath, words, { signal });
  };
}
