import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { asRefocusdError } from "../errors/refocusd-error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import type { FreeBytes } from "../system/disk-space.js";
import { type BuildOptions, createSeriesBuilder, type SeriesReport } from "./build-series.js";
import { nextMemory, readMemories, type SeriesMemory, seriesMark, writeMemory } from "./memory.js";
import { allSeries, changedSeries, newestEvent } from "./read-series.js";
import type { ProblemKind, SeriesId, SeriesProblem } from "./series.js";

export interface KeeperOptions extends Omit<BuildOptions, "folder" | "thorough"> {
  readonly folder: string;
  /** The watched folders. */
  readonly roots: readonly string[];
}

export interface KeeperDeps {
  readonly ledger: Pick<Ledger, "select" | "getMeta" | "setMeta" | "event" | "batch">;
  readonly clock: Clock;
  readonly log: Log;
  readonly freeBytes: FreeBytes;
}

/** What `status.json` says of the folders of series. */
export interface SeriesStatus {
  readonly folder: string;
  readonly series: number;
  /** Series by what is wrong with them. */
  readonly problems: Readonly<Partial<Record<ProblemKind, number>>>;
  /** Series whose folders could not be made, and why the last of them could not. */
  readonly failing: number;
  readonly failure: string | null;
}

/** Changes that come together are dealt with together; a folder of a running series is behind by no more than this. */
const LOOK_EVERY_MS = 5_000;
/** After a look that took long, a pause of so many times as long: keeping series up to date takes a twentieth of a core at most. */
const REST = 20;
const RETRY_MS = 60_000;
/** In the ledger's `meta`: the newest event up to which all folders are made, and for which settings. */
const DONE_TO = "series.done-to";

/**
 * Keeps the folders of all series up to date. The ledger's events tell what changed, also what changed while the daemon was down; how far
 * they are dealt with is written down only when all folders are made, so that a kill costs no more than doing some of them again.
 */
export class SeriesKeeper {
  readonly #options: KeeperOptions;
  readonly #deps: KeeperDeps;
  readonly #build: (id: SeriesId) => Promise<SeriesReport>;
  readonly #memories = new Map<string, SeriesMemory>();
  readonly #dirty = new Map<string, SeriesId>();
  readonly #failing = new Map<string, string>();
  /** Events up to this one are in `#dirty`, or dealt with. */
  #seen: number | undefined;
  #retryAt = 0;
  /** What was found out and is not in the ledger yet: one transaction for all. */
  #unwritten: { readonly memory: SeriesMemory; readonly alarms: readonly SeriesProblem[] }[] = [];
  #loop: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(options: KeeperOptions, deps: KeeperDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#build = createSeriesBuilder({ ...options, thorough: false }, deps);
  }

  start(): void {
    this.#loop ??= this.#keep();
  }

  /** Resolves when the folder in hand is made. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  status(): SeriesStatus {
    const problems: Partial<Record<ProblemKind, number>> = {};
    for (const memory of this.#memories.values())
      for (const kind of Object.keys(memory.problems) as ProblemKind[]) problems[kind] = (problems[kind] ?? 0) + 1;
    const failure = [...this.#failing.values()].at(-1) ?? null;
    return {
      folder: this.#options.folder,
      series: this.#memories.size,
      problems,
      failing: this.#failing.size,
      failure,
    };
  }

  /** Makes all folders about which something has changed. For tests; `start` does it again and again. */
  async look(): Promise<void> {
    this.#seen ??= this.#takeUp();
    this.#seen = this.#notice(this.#seen);
    const isDue = this.#deps.clock.monotonic() >= this.#retryAt;
    for (const [mark, id] of [...this.#dirty]) {
      if (this.#stopping.signal.aborted) break;
      if (isDue || !this.#failing.has(mark)) await this.#makeOne(mark, id);
    }
    this.#writeDown(this.#seen);
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { clock, log } = this.#deps;
      const since = clock.monotonic();
      try {
        await this.look();
      } catch (error) {
        log.warn("the series cannot be looked up", { error: asRefocusdError(error) });
      }
      const tookMs = clock.monotonic() - since;
      await clock.sleep(Math.max(LOOK_EVERY_MS, tookMs * REST), signal);
    }
  }

  /** Where an earlier run ended; at other settings, or the first time, all series are made. */
  #takeUp(): number {
    const { ledger } = this.#deps;
    for (const memory of readMemories(ledger)) this.#memories.set(seriesMark(memory), memory);
    const [event, settings] = (ledger.getMeta(DONE_TO) ?? "").split(" ");
    if (settings === this.#settings()) return Number(event);
    const newest = newestEvent(ledger);
    for (const id of allSeries(ledger, this.#options.roots)) this.#dirty.set(seriesMark(id), id);
    return newest;
  }

  #notice(seen: number): number {
    const { ledger } = this.#deps;
    const newest = newestEvent(ledger);
    if (newest > seen)
      for (const id of changedSeries(ledger, this.#options.roots, seen, newest)) this.#dirty.set(seriesMark(id), id);
    return newest;
  }

  async #makeOne(mark: string, id: SeriesId): Promise<void> {
    const { log } = this.#deps;
    try {
      const report = await this.#build(id);
      this.#remember(mark, report);
      this.#dirty.delete(mark);
      this.#failing.delete(mark);
      if (report.made + report.removed > 0)
        log.debug("series brought up to date", { series: report.name, made: report.made, removed: report.removed });
    } catch (thrown) {
      const error = asRefocusdError(thrown);
      const isNews = this.#failing.get(mark) !== error.message;
      this.#failing.set(mark, error.message);
      this.#retryAt = this.#deps.clock.monotonic() + RETRY_MS;
      if (isNews) log.warn("the folder of a series cannot be made; it is tried again", { series: id.seriesKey, error });
    }
  }

  #remember(mark: string, report: SeriesReport): void {
    const { memory, alarms } = nextMemory(this.#memories.get(mark), report, report.problems);
    for (const { kind, text } of alarms)
      this.#deps.log.warn("series: frames were not taken when they should be", { series: report.name, kind, text });
    if (!isDeepStrictEqual(memory, this.#memories.get(mark))) this.#unwritten.push({ memory, alarms });
    this.#memories.set(mark, memory);
  }

  #writeDown(seen: number): void {
    const { ledger, clock } = this.#deps;
    const value = `${seen} ${this.#settings()}`;
    const isDone = this.#dirty.size === 0 && ledger.getMeta(DONE_TO) !== value;
    if (this.#unwritten.length === 0 && !isDone) return;
    ledger.batch(() => {
      for (const { memory, alarms } of this.#unwritten) {
        for (const { kind, time, text } of alarms)
          ledger.event("series-alarm", null, { series: memory.name, kind, time, text }, clock.now());
        writeMemory(ledger, memory);
      }
      if (isDone) ledger.setMeta(DONE_TO, value);
    });
    this.#unwritten = [];
  }

  /** Settings with which every folder would come out another. */
  #settings(): string {
    const { folder, link, rules, roots } = this.#options;
    return createHash("sha256")
      .update(JSON.stringify([folder, link, rules, roots]))
      .digest("hex")
      .slice(0, 16);
  }
}
