import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import type { FreeBytes } from "../system/disk-space.js";

/** An output folder, and how much is to stay free there. */
export interface GuardedFolder {
  /** The watched folder whose reconstructions go there. */
  readonly root: string;
  readonly output: string;
  /** Bytes; 0 for no limit. */
  readonly limitBytes: number;
}

export interface SpaceStatus extends GuardedFolder {
  /** Null where the system does not tell. */
  readonly freeBytes: number | null;
  /** Since when reconstructing is stopped, ms since 1970; null where it is not. */
  readonly lowSinceMs: number | null;
}

export interface DiskGuardDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly freeBytes: FreeBytes;
  /** Reconstructing stopped or goes on somewhere. */
  readonly onChange: () => void;
}

const CHECK_EVERY_MS = 10_000;
/** Work goes on when there is a little more than the limit: else every file that somebody moves would stop and start it. */
const MARGIN = 1.1;

/** How much must be free for reconstructing to go on, bytes. */
export function resumeBytes(limitBytes: number): number {
  return limitBytes * MARGIN;
}

/** Whether reconstructing has to stop, or to stay stopped. Space that cannot be told changes nothing. */
export function isLow(wasLow: boolean, freeBytes: number | null, limitBytes: number): boolean {
  if (limitBytes === 0) return false;
  if (freeBytes === null) return wasLow;
  return freeBytes < (wasLow ? resumeBytes(limitBytes) : limitBytes);
}

/** Watches the space that is left for reconstructions. The microscope may write to the same disk, and its frames come first. */
export class DiskGuard {
  readonly #folders: () => readonly GuardedFolder[];
  readonly #deps: DiskGuardDeps;
  #spaces: readonly SpaceStatus[] = [];
  #holding: ReadonlyMap<string, string> = new Map();
  #turn: Promise<void> = Promise.resolve();
  #loop: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(folders: () => readonly GuardedFolder[], deps: DiskGuardDeps) {
    this.#folders = folders;
    this.#deps = deps;
  }

  /** The watched folders of which no frame is reconstructed now, each with the reason. */
  get holding(): ReadonlyMap<string, string> {
    return this.#holding;
  }

  status(): readonly SpaceStatus[] {
    return this.#spaces;
  }

  start(): void {
    this.#loop ??= this.#lookOn();
  }

  /** Does not wait for a look that is under way: a share that has gone away may never answer. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Looks now. Never rejects. */
  check(): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#check())
      .catch((error: unknown) => this.#deps.log.error("looking for space failed", { error: asRefocusdError(error) }));
    return this.#turn;
  }

  async #lookOn(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.check();
      await this.#deps.clock.sleep(CHECK_EVERY_MS, signal);
    }
  }

  async #check(): Promise<void> {
    const free = new Map<string, number | null>();
    for (const { output } of this.#folders()) free.set(output, await this.#free(output));
    // Asked again: the configuration may have changed meanwhile.
    const before = new Map(this.#spaces.map((space) => [space.root, space]));
    this.#spaces = this.#folders().map((folder) => {
      const lowSinceMs = before.get(folder.root)?.lowSinceMs ?? null;
      const freeBytes = free.get(folder.output) ?? null;
      const low = isLow(lowSinceMs !== null, freeBytes, folder.limitBytes);
      return { ...folder, freeBytes, lowSinceMs: low ? (lowSinceMs ?? this.#deps.clock.now()) : null };
    });
    const low = this.#spaces.filter(({ lowSinceMs }) => lowSinceMs !== null);
    const were = this.#holding;
    this.#holding = new Map(low.map((space) => [space.root, reason(space)]));
    for (const space of low) if (!were.has(space.root)) this.#tellStopped(space);
    const resumed = [...were.keys()].filter((root) => !this.#holding.has(root));
    for (const { root, output } of this.#spaces) {
      if (resumed.includes(root)) this.#deps.log.info("reconstructing goes on, there is space again", { output });
    }
    if (resumed.length > 0 || low.some(({ root }) => !were.has(root))) this.#deps.onChange();
  }

  async #free(output: string): Promise<number | null> {
    try {
      return await this.#deps.freeBytes(output);
    } catch (error) {
      // Whoever writes there next gets the system's answer, with a code of its own.
      this.#deps.log.debug("the free space cannot be told", { output, why: String(error) });
      return null;
    }
  }

  #tellStopped(space: SpaceStatus): void {
    const { code, detail, todo } = new RefocusdError("RF_DISK_LOW", reason(space));
    this.#deps.log.warn("reconstructing stops until there is more space; verdicts go on", { code, detail, todo });
  }
}

/** Such as `1.3 GB free for /out, below 2 GB`. */
export function reason({ output, freeBytes, limitBytes }: Omit<SpaceStatus, "root" | "lowSinceMs">): string {
  return `${freeBytes === null ? "unknown space" : gigabytes(freeBytes)} free for ${output}, below ${gigabytes(limitBytes)}`;
}

export function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toFixed(2))} GB`;
}
