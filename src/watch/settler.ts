import type { Log } from "../log/log.js";
import type { FileStat } from "../system/file-system.js";
import { type Candidate, isMissing, type Looked, NO_STAT, ownStat, showsKnown } from "./candidate.js";
import { type DoneMarker, type LookForMarker, markerLooks, markerPaths } from "./done-marker.js";
import { DueQueue } from "./due-queue.js";
import { EndReports, report } from "./end-reports.js";
import { type ExamineDeps, examine, unreadable } from "./examine.js";
import { Readers } from "./readers.js";
import {
  type Decision,
  decide,
  examined,
  look,
  type Moment,
  type SettleOptions,
  type SettleState,
  unchangedMs,
} from "./settle.js";
import type { WatchSink } from "./sink.js";

export interface SettlerDeps extends ExamineDeps {
  readonly sink: WatchSink;
  readonly log: Log;
  /** Whether the folder that everything lies in is there now: without it, a missing file says nothing. */
  readonly rootPresent: () => Promise<boolean>;
  /** How the end of writing is marked, if it is. */
  readonly doneMarker?: DoneMarker | undefined;
  /** Something became due earlier than `nextDue` said before. */
  readonly onSchedule: () => void;
}

/** Stats asked for at once, and first sights written in one transaction. libuv has 4 threads; a share answers in parallel. */
const STATS_AT_ONCE = 128;
/** A report that the sink refused (disk full, ledger busy) is made again after this long. */
const SINK_RETRY_MS = 5_000;
/** While the folder is away, its files are looked for this often. */
const ABSENT_RETRY_MS = 1_000;

/** Follows files from first sight to their end: settled, rejected or gone. Knows nothing of folders. */
export class Settler {
  readonly #options: SettleOptions;
  readonly #deps: SettlerDeps;
  readonly #candidates = new Map<string, Candidate>();
  readonly #due = new DueQueue();
  readonly #readers: Readers<{ readonly candidate: Candidate; readonly acceptZeroTail: boolean }>;
  /** Rejected because they could not be read. A lock may end without a new stat, so sweeps try them again. */
  readonly #unreadable = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #reports: EndReports;
  #withoutMarker = 0;

  constructor(options: SettleOptions, deps: SettlerDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#readers = new Readers(
      ({ candidate, acceptZeroTail }) => this.#examine(candidate, acceptZeroTail),
      () => this.#reports.makeWhenDue(),
    );
    this.#reports = new EndReports(
      {
        ...deps,
        moreToCome: () => this.#readers.size > 0,
        onReported: (candidate) => this.#forget(candidate),
        onRefused: (candidate) => {
          candidate.place = "waiting";
          this.#schedule(candidate, deps.clock.monotonic() + SINK_RETRY_MS);
        },
      },
      this.#stopping.signal,
    );
  }

  /** Files that have not come to their end. */
  get pending(): number {
    return this.#candidates.size;
  }

  /** Of these, being read or in line for it. */
  get examining(): number {
    return this.#readers.size;
  }

  /** Files that settled though their done marker never came. */
  get withoutMarker(): number {
    return this.#withoutMarker;
  }

  /** The files that one of these markers may have completed. */
  waitingFor(markers: ReadonlySet<string>): string[] {
    const { doneMarker } = this.#deps;
    if (doneMarker === undefined) return [];
    return [...this.#candidates.keys()].filter((path) => markerPaths(path, doneMarker).some((m) => markers.has(m)));
  }

  has(path: string): boolean {
    return this.#candidates.has(path);
  }

  /** When something has to be looked at (monotonic), or `undefined`. */
  nextDue(): number | undefined {
    return this.#due.next();
  }

  /** Looks at these paths now. `again`: also once more at files that could not be read the last time. */
  async lookAt(paths: readonly string[], again = false): Promise<void> {
    // Whatever is new about a file that is about to be reported must be seen against what is reported.
    if (paths.some((path) => this.#candidates.get(path)?.place === "ending")) this.#reports.make();
    const markerOf = markerLooks(this.#deps.doneMarker, this.#deps.fs);
    for (let i = 0; i < paths.length && !this.#stopping.signal.aborted; i += STATS_AT_ONCE) {
      const wanted = paths
        .slice(i, i + STATS_AT_ONCE)
        .filter((path) => (this.#candidates.get(path)?.place ?? "waiting") === "waiting");
      const looked = await Promise.all(wanted.map((path) => this.#look(path, markerOf)));
      if (this.#stopping.signal.aborted) return;
      const there = looked.filter((one) => !isMissing(one));
      if (this.#reportSeen(there)) for (const one of there) this.#observe(one, again);
      await this.#observeMissing(looked.filter(isMissing));
    }
  }

  /** Follows files that an earlier run saw, so that those which vanished since come to their end as well. */
  async adopt(paths: Iterable<string>): Promise<void> {
    const adopted = [...paths].filter(
      (path) => !this.#candidates.has(path) && this.#deps.sink.known(path) === undefined,
    );
    const now = this.#now();
    for (const path of adopted)
      this.#candidates.set(path, this.#newCandidate(path, look(undefined, NO_STAT, now, now)));
    await this.lookAt(adopted);
  }

  /** Looks at every file that is waiting for something. */
  async lookAtWaiting(): Promise<void> {
    const waiting = [...this.#candidates.values()].filter(({ place }) => place === "waiting");
    await this.lookAt(waiting.map(({ path }) => path));
  }

  /** Looks at whatever is due. */
  async runDue(): Promise<void> {
    await this.lookAt(this.#due.take(this.#deps.clock.monotonic()));
  }

  /** Resolves when nothing is being read or in line for it. */
  async idle(): Promise<void> {
    await this.#readers.idle();
  }

  /** Ends: from now on nothing is reported; resolves when the last file is closed. */
  async stop(): Promise<void> {
    this.#reports.make();
    this.#stopping.abort();
    await this.#readers.stop();
  }

  async #look(path: string, markerOf: LookForMarker): Promise<Looked> {
    const before = this.#now();
    try {
      const found = await this.#deps.fs.stat(path);
      const after = this.#now();
      const stat = found && ownStat(found);
      // Not for the thousands of files that a sweep finds as they are known: nobody will ask for their markers. One that could not be
      // read is known as well, and tried again.
      const needsNone = stat === undefined || (this.#isKnown(path, stat) && !this.#unreadable.has(path));
      const marker = needsNone ? undefined : await markerOf(path);
      return { path, stat, marker, failure: undefined, before, after };
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      return { path, stat: undefined, marker: undefined, failure, before, after: this.#now() };
    }
  }

  #isKnown(path: string, stat: FileStat): boolean {
    const known = this.#deps.sink.known(path);
    return !this.#candidates.has(path) && known !== undefined && showsKnown(stat, known);
  }

  /** First sights go into the ledger before anything is done. False: it refused, and the next scan finds them again. */
  #reportSeen(looked: readonly Looked[]): boolean {
    const { sink } = this.#deps;
    const fresh = looked.filter(({ path }) => !this.#candidates.has(path) && sink.known(path) === undefined);
    const first = fresh[0];
    if (first === undefined) return true;
    const seeAll = () => {
      for (const { path, before } of fresh) sink.seen(path, before.wallMs);
    };
    return report(first.path, this.#deps.log, () => (sink.together === undefined ? seeAll() : sink.together(seeAll)));
  }

  #observe(looked: Looked, again: boolean): void {
    const { path, stat, marker, before, after } = looked;
    const candidate = this.#candidates.get(path) ?? this.#discover(looked, again);
    if (candidate === undefined || candidate.place !== "waiting") return;
    candidate.missing = undefined;
    if (stat === undefined) {
      const finding = unreadable(looked.failure ?? "it cannot be looked at", this.#deps.clock);
      candidate.state = examined({ ...candidate.state, last: before }, finding);
    } else {
      candidate.state = look(candidate.state, stat, before, after, marker);
    }
    this.#act(candidate);
  }

  /** A candidate for a path that is new, or no longer shows the stat that the sink knows. */
  #discover(looked: Looked, again: boolean): Candidate | undefined {
    const { path, before, after } = looked;
    const stat = looked.stat ?? NO_STAT;
    const known = this.#deps.sink.known(path);
    const same = known !== undefined && showsKnown(stat, known);
    const retry = same && again && this.#unreadable.has(path);
    if (same && !retry) return undefined;
    const state = look(undefined, stat, before, after, looked.marker);
    const candidate = { ...this.#newCandidate(path, state), known: known !== undefined, retry };
    this.#candidates.set(path, candidate);
    return candidate;
  }

  #newCandidate(path: string, state: SettleState): Candidate {
    // A marker may complete a file at first sight; one that has not been left alone for long is live all the same.
    const quiet = unchangedMs(state, this.#options) >= this.#options.quietMs;
    const backlog = quiet && decide(state, this.#options).kind === "examine";
    return { path, known: false, retry: false, backlog, place: "waiting", state, missing: undefined };
  }

  #act(candidate: Candidate): void {
    const { state } = candidate;
    const decision = decide(state, this.#options);
    if (candidate.retry && state.finding?.kind === "unreadable") {
      this.#forget(candidate);
      return;
    }
    switch (decision.kind) {
      case "wait":
        this.#schedule(candidate, decision.untilMs);
        return;
      case "examine":
        candidate.place = "in line";
        this.#due.delete(candidate.path);
        this.#readers.add({ candidate, acceptZeroTail: decision.acceptZeroTail }, candidate.backlog);
        return;
      case "settled":
        this.#settled(candidate, decision);
        return;
      case "rejected":
        this.#rejected(candidate, decision);
        return;
    }
  }

  #settled(candidate: Candidate, { whole, note }: Extract<Decision, { kind: "settled" }>): void {
    const { path, state } = candidate;
    const { size, mtimeMs, ctimeMs } = state.stat;
    const { type, pages, places, sha256 } = whole;
    // The stamps, unless they lie in the future; then the look that found the change.
    const lastChangeMs = Math.min(state.first.wallMs, Math.max(mtimeMs, ctimeMs));
    const settledAtMs = this.#deps.clock.now();
    const file = {
      ...{ path, size, mtimeMs, ctimeMs, sha256, type, pages, settledAtMs, lastChangeMs },
      ...(places !== undefined && { places }),
    };
    this.#end(candidate, () => {
      this.#deps.sink.settled(note === undefined ? file : { ...file, note });
      if (note !== undefined) this.#tellUnmarked(path, note);
    });
  }

  /** Once in the log: where markers are switched on and never come it is the same for every frame. */
  #tellUnmarked(path: string, note: string): void {
    if (this.#withoutMarker++ > 0) return;
    this.#deps.log.warn("a file was taken as complete without its done marker; more will only be counted", {
      path,
      note,
    });
  }

  #rejected(candidate: Candidate, { code, detail }: Extract<Decision, { kind: "rejected" }>): void {
    const { path, state } = candidate;
    const { size, mtimeMs, ctimeMs } = state.stat;
    const at = this.#deps.clock.now();
    this.#end(candidate, () => this.#deps.sink.rejected(path, { size, mtimeMs, ctimeMs }, code, detail, at));
    if (code === "RF_UNREADABLE") this.#unreadable.add(path);
  }

  /**
   * Files that are not there. Only `gone` when they are missing twice, a quiet period apart, with the folder present:
   * programs remove a file and write it anew, and a share can blink.
   */
  async #observeMissing(missing: readonly Looked[]): Promise<void> {
    if (!missing.some(({ path }) => this.#candidates.has(path))) return;
    const rootPresent = await this.#deps.rootPresent();
    for (const { path, before } of missing) {
      const candidate = this.#candidates.get(path);
      if (this.#stopping.signal.aborted || candidate === undefined || candidate.place !== "waiting") continue;
      if (!rootPresent) {
        candidate.missing = undefined;
        this.#schedule(candidate, before.monotonicMs + ABSENT_RETRY_MS);
        continue;
      }
      candidate.missing ??= before;
      const goneMs = candidate.missing.monotonicMs + this.#options.quietMs;
      if (before.monotonicMs < goneMs) this.#schedule(candidate, goneMs);
      else if (candidate.known) this.#forget(candidate);
      else this.#end(candidate, () => this.#deps.sink.gone(path, this.#deps.clock.now()));
    }
  }

  async #examine(candidate: Candidate, acceptZeroTail: boolean): Promise<void> {
    const { path, state } = candidate;
    const examination = await examine(path, state.stat, acceptZeroTail, this.#deps);
    if (this.#stopping.signal.aborted) return;
    candidate.place = "waiting";
    if (examination.kind === "changed" || examination.kind === "vanished") {
      // Whatever it is now, a look will tell: every change takes the same way in.
      this.#schedule(candidate, this.#deps.clock.monotonic());
      return;
    }
    if (examination.kind === "failed") this.#deps.log.error("a file could not be examined", { path, ...examination });
    candidate.state = examined(state, examination);
    this.#act(candidate);
  }

  #end(candidate: Candidate, report: () => void): void {
    candidate.place = "ending";
    this.#due.delete(candidate.path);
    this.#reports.put(candidate, report);
  }

  #forget(candidate: Candidate): void {
    this.#candidates.delete(candidate.path);
    this.#due.delete(candidate.path);
    if (candidate.state.finding?.kind !== "unreadable") this.#unreadable.delete(candidate.path);
  }

  #schedule(candidate: Candidate, dueMs: number): void {
    const next = this.#due.next();
    this.#due.set(candidate.path, dueMs);
    if (next === undefined || dueMs < next) this.#deps.onSchedule();
  }

  #now(): Moment {
    return { wallMs: this.#deps.clock.now(), monotonicMs: this.#deps.clock.monotonic() };
  }
}
