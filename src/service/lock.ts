import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Clock } from "../system/clock.js";

/** Who uses a state folder. */
export interface LockOwner {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** The exclusive use of a state folder. It ends with `release` or with the process, however that ends. */
export interface StateLock {
  release(): void;
}

/**
 * Takes the state folder for this process, making the folder if it is not there.
 *
 * An open SQLite transaction holds the lock, because that is the one advisory lock of the operating system within
 * Node's reach: the kernel drops it with the process, also after SIGKILL, so no lock is ever stale. Nothing else in
 * this process may open `lock.sqlite`: closing any descriptor of a file drops all its POSIX locks.
 * @throws RF_ALREADY_RUNNING, told with the owner's process and start; RF_STATE_UNWRITABLE.
 */
export function lockState(state: string, clock: Clock): StateLock {
  const database = begin(state);
  const owner: LockOwner = { pid: process.pid, startedAt: clock.now() };
  const file = ownerFile(state);
  writeFileSync(`${file}.tmp`, `${JSON.stringify(owner)}\n`);
  renameSync(`${file}.tmp`, file);
  return {
    release() {
      if (!database.open) return;
      rmSync(file, { force: true });
      database.close();
    },
  };
}

/** The process that took the folder last: the present owner if there is one. It may have been killed since. */
export function readOwner(state: string): LockOwner | undefined {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(ownerFile(state), "utf8")) as Partial<LockOwner>;
    return typeof pid === "number" && typeof startedAt === "number" ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function begin(state: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    mkdirSync(state, { recursive: true });
    // timeout 0: whoever comes second is told at once.
    database = new Database(join(state, "lock.sqlite"), { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    const code = (error as { code?: string }).code ?? "";
    if (code.startsWith("SQLITE_BUSY")) throw new RefocusdError("RF_ALREADY_RUNNING", `${state}${ownerText(state)}`);
    throw new RefocusdError("RF_STATE_UNWRITABLE", `${state}: ${(error as Error).message}`, { cause: error });
  }
}

function ownerText(state: string): string {
  const owner = readOwner(state);
  return owner === undefined ? "" : `, process ${owner.pid}, since ${new Date(owner.startedAt).toISOString()}`;
}

function ownerFile(state: string): string {
  return join(state, "owner.json");
}
