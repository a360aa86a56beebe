import { type ConfigChange, changeText } from "../../config/changes.js";
import { type FileSight, fileMark, lookAtFile, nextFileStep, readFileNow, UNREAD } from "../../config/file-sight.js";
import { type ConfigProblem, type ConfigReading, problemsText } from "../../config/load.js";
import { decideReload } from "../../config/reload.js";
import type { Config } from "../../config/schema.js";
import type { ErrorCode } from "../../errors/catalogue.js";
import { asRefocusdError } from "../../errors/refocusd-error.js";
import type { Log } from "../../log/log.js";
import type { Clock } from "../../system/clock.js";
import type { FileSystem } from "../../system/file-system.js";

/** How the configuration and its file stand to each other. */
export interface ConfigStatus {
  /** When the configuration in force was last changed or found unchanged, ms since 1970. */
  readonly readMs: number;
  /** What the file says and only the next start will heed, such as `workers: "auto" → 3`. */
  readonly afterRestart: readonly string[];
  /** Why the file is not in force. */
  readonly problem: FileProblem | null;
}

export interface FileProblem {
  /** Since when no good file was read, ms since 1970. */
  readonly sinceMs: number;
  readonly code: ErrorCode;
  readonly detail: string;
  /** Each with line and column; none where the file cannot be read at all. */
  readonly places: readonly ConfigProblem[];
}

export interface LiveConfigDeps {
  readonly clock: Clock;
  readonly fs: Pick<FileSystem, "stat">;
  readonly log: Log;
  /** May throw RF_CONFIG_UNREADABLE. */
  readonly read: (file: string) => Promise<ConfigReading>;
  /** Called when `current` has been replaced; `before` is what it was. */
  readonly apply: (before: Config, changed: readonly ConfigChange[], waiting: readonly ConfigChange[]) => Promise<void>;
}

/**
 * How often the file is looked at. Not by events: an editor that puts a new file in the old one's place leaves inotify watching a
 * file that nobody writes any more, and a share has no events at all.
 */
const LOOK_EVERY_MS = 2_000;
const QUIET_MS = 1_000;

/** The configuration in force, and the file that it comes from: read again when it changes, and on demand. */
export class LiveConfig {
  readonly #file: string;
  readonly #deps: LiveConfigDeps;
  #current: Config;
  #sight: FileSight = UNREAD;
  #readMs: number;
  #afterRestart: readonly string[] = [];
  #problem: FileProblem | null = null;
  #turn: Promise<void> = Promise.resolve();
  #loop: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  /** @param config what the file said when it was read for the start. */
  constructor(file: string, config: Config, deps: LiveConfigDeps) {
    this.#file = file;
    this.#deps = deps;
    this.#current = config;
    this.#readMs = deps.clock.now();
  }

  get current(): Config {
    return this.#current;
  }

  /** Begins to look at the file. What changed in it since it was read for the start is found as well. */
  start(): void {
    this.#loop ??= this.#lookOn();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#turn;
  }

  /** Reads the file now, whether or not it changed. Never rejects. */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#read(true));
  }

  status(): ConfigStatus {
    return { readMs: this.#readMs, afterRestart: this.#afterRestart, problem: this.#problem };
  }

  async #lookOn(): Promise<void> {
    const { clock } = this.#deps;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#sight = lookAtFile(this.#sight, await this.#mark(), clock.monotonic());
      const step = nextFileStep(this.#sight, QUIET_MS, clock.monotonic());
      if (step.kind === "read") await this.#inTurn(() => this.#read(false));
      const pauseMs = step.kind === "wait" ? step.untilMs - clock.monotonic() : LOOK_EVERY_MS;
      await clock.sleep(Math.min(pauseMs, LOOK_EVERY_MS), signal);
    }
  }

  /** One reading after the other: a second one must compare with what the first has put in force. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      this.#deps.log.error("the configuration could not be put in force", { error: asRefocusdError(error) });
    });
    return this.#turn;
  }

  async #read(asked: boolean): Promise<void> {
    const mark = await this.#mark();
    let reading: ConfigReading;
    try {
      reading = await this.#deps.read(this.#file);
    } catch (error) {
      // Not taken as read: whatever kept it from being read may end without a change of the file.
      const { code, detail } = asRefocusdError(error, "RF_CONFIG_UNREADABLE");
      this.#keep(code, detail, [], asked);
      return;
    }
    // Written meanwhile: it may be half of a file, and the next look begins a new quiet second.
    if (!asked && (await this.#mark()) !== mark) return;
    this.#sight = readFileNow(this.#sight, mark);
    const decision = decideReload(this.#current, reading);
    if (decision.kind === "keep") {
      this.#keep("RF_CONFIG_INVALID", problemsText(this.#file, decision.problems), decision.problems, asked);
      return;
    }
    const { config, changed, waiting } = decision;
    const afterRestart = waiting.map(changeText);
    const isNews = changed.length > 0 || afterRestart.join() !== this.#afterRestart.join() || this.#problem !== null;
    const before = this.#current;
    this.#current = config;
    this.#readMs = this.#deps.clock.now();
    this.#afterRestart = afterRestart;
    this.#problem = null;
    if (!asked && !isNews) return;
    this.#deps.log.info("configuration reloaded", {
      changed: changed.map(changeText).join(", ") || "nothing",
      ...(waiting.length > 0 && { afterRestart: afterRestart.join(", ") }),
    });
    await this.#deps.apply(before, changed, waiting);
  }

  /** The configuration stays. Said once for the same problem, unless somebody asked. */
  #keep(code: ErrorCode, detail: string, places: readonly ConfigProblem[], asked: boolean): void {
    const known = this.#problem;
    this.#problem = { sinceMs: known?.sinceMs ?? this.#deps.clock.now(), code, detail, places };
    if (!asked && known?.code === code && known.detail === detail) return;
    this.#deps.log.error("the configuration was not reloaded, the old one stays in force", { code, detail });
  }

  async #mark(): Promise<string> {
    try {
      return fileMark(await this.#deps.fs.stat(this.#file));
    } catch (error) {
      return `cannot be looked at: ${(error as NodeJS.ErrnoException).code ?? String(error)}`;
    }
  }
}
