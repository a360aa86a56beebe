import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import type { HoldCode } from "../ledger/types.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import type { FreeBytes, TryWrite } from "../system/disk-space.js";
import type { Hold } from "./messages.js";

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
  /** Why it is stopped; null where it is not. */
  readonly hold: Hold | null;
}

/** A reconstruction that could not be written. */
export interface RefusedOutput {
  /** The watched folder. */
  readonly root: string;
  /** The folder of the output itself. */
  readonly folder: string;
  /** About how much was to be written. */
  readonly bytes: number;
  readonly code: HoldCode;
}

export interface DiskGuardDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly freeBytes: FreeBytes;
  readonly tryWrite: TryWrite;
  /** Reconstructing stopped or goes on somewhere. */
  readonly onChange: () => void;
}

const CHECK_EVERY_MS = 10_000;
/** Work goes on when there is a little more than the limit: else every file that somebody moves would stop and start it. */
const MARGIN = 1.1;
/** A full disk has room again when so much can be written: sources that are compressed are smaller than what is made of them. */
const LEAST_TRIAL_BYTES = 16e6;

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

/**
 * Watches the space that is left for reconstructions, and whether they can be written at all. The microscope may write to the same disk,
 * and its frames come first.
 */
export class DiskGuard {
  readonly #folders: () => readonly GuardedFolder[];
  readonly #deps: DiskGuardDeps;
  #spaces: readonly SpaceStatus[] = [];
  #holding: ReadonlyMap<string, Hold> = new Map();
  /** By watched folder: what could not be written there, until as much can. */
  readonly #refused = new Map<string, RefusedOutput & { readonly why: string }>();
  #turn: Promise<void> = Promise.resolve();
  #loop: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(folders: () => readonly GuardedFolder[], deps: DiskGuardDeps) {
    this.#folders = folders;
    this.#deps = deps;
  }

  /** The watched folders of which no frame is reconstructed now, each with the reason. */
  get holding(): ReadonlyMap<string, Hold> {
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
    return this.#inTurn(() => this.#check());
  }

  /**
   * A reconstruction could not be written. If that is the folder's fault (full, read-only, closed), nothing is reconstructed for this
   * watched folder until as much can be written there; if not, it is the frame's. Never rejects.
   * @returns whether it is the folder's
   */
  async refused(output: RefusedOutput): Promise<boolean> {
    const { root, folder, code } = output;
    if (this.#refused.has(root)) return true;
    // A full disk needs no proof, and none can be had: a smaller file may fit just now.
    const why = code === "RF_DISK_FULL" ? `no room for a file in ${folder}` : await this.#whyNot(output);
    if (why === undefined) return false;
    this.#refused.set(root, { ...output, why });
    await this.#inTurn(async () => this.#update(new Map(this.#spaces.map((space) => [space.output, space.freeBytes]))));
    return this.#holding.has(root);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn
      .then(work)
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
    const guarded = new Set(this.#folders().map(({ root }) => root));
    for (const [root, output] of this.#refused) {
      if (!guarded.has(root) || (await this.#whyNot(output)) === undefined) this.#refused.delete(root);
    }
    this.#update(free);
  }

  #update(free: ReadonlyMap<string, number | null>): void {
    // Asked again: the configuration may have changed meanwhile.
    const before = new Map(this.#spaces.map((space) => [space.root, space]));
    this.#spaces = this.#folders().map((folder) => {
      const was = before.get(folder.root);
      const freeBytes = free.get(folder.output) ?? null;
      const low = isLow(was?.hold?.code === "RF_DISK_LOW", freeBytes, folder.limitBytes);
      const refused = this.#refused.get(folder.root);
      const hold = low ? lowHold({ ...folder, freeBytes }) : refused ? { code: refused.code, why: refused.why } : null;
      return { ...folder, freeBytes, hold, lowSinceMs: hold && (was?.lowSinceMs ?? this.#deps.clock.now()) };
    });
    const were = this.#holding;
    const held = this.#spaces.flatMap(({ root, hold }) => (hold === null ? [] : [[root, hold] as const]));
    this.#holding = new Map(held);
    for (const [root, hold] of held) if (!were.has(root)) this.#tellStopped(hold);
    const resumed = [...were.keys()].filter((root) => !this.#holding.has(root));
    for (const { root, output } of this.#spaces) {
      if (resumed.includes(root)) this.#deps.log.info("reconstructing goes on, there is space again", { output });
    }
    if (resumed.length > 0 || held.some(([root]) => !were.has(root))) this.#deps.onChange();
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

  /** @returns why what was refused can still not be written. */
  async #whyNot({ folder, bytes }: RefusedOutput): Promise<string | undefined> {
    const most = Math.max(LEAST_TRIAL_BYTES, bytes);
    const free = await this.#free(folder);
    if (free !== null && free < most) return `no room for a file in ${folder}`;
    try {
      await this.#deps.tryWrite(folder, most);
      return undefined;
    } catch (error) {
      return `${folder}: ${(error as Error).message}`;
    }
  }

  #tellStopped(hold: Hold): void {
    const { code, detail, todo } = new RefocusdError(hold.code, hold.why);
    this.#deps.log.warn("reconstructing stops for now; verdicts go on", { code, detail, todo });
  }
}

function lowHold(space: Omit<SpaceStatus, "root" | "lowSinceMs" | "hold">): Hold {
  return { code: "RF_DISK_LOW", why: reason(space) };
}

/** Such as `1.3 GB free for /out, below 2 GB`. */
export function reason({ output, freeBytes, limitBytes }: Omit<SpaceStatus, "root" | "lowSinceMs" | "hold">): string {
  return `${freeBytes === null ? "unknown space" : gigabytes(freeBytes)} free for ${output}, below ${gigabytes(limitBytes)}`;
}

export function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toFixed(2))} GB`;
}
