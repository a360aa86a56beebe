import path from "node:path";
import { Alarm } from "./alarm.js";
import { isMarkerName } from "./done-marker.js";
import { FolderScans } from "./folder-scans.js";
import { HintBox } from "./hint-box.js";
import { type HintKind, type HintSource, Hints, type OnHint } from "./hints.js";
import { looksLikeAnImage, type Names, nameRules } from "./names.js";
import { Settler } from "./settler.js";
import {
  RETRY_MS,
  SHARE_CLOCK_MARGIN_MS,
  type WatchedFolder,
  type WatcherDeps,
  type WatcherStatus,
  ZERO_TAIL_MS,
} from "./watched-folder.js";

export type { CheckContainer } from "./examine.js";
export type { PathStat, SettledFile, WatchSink } from "./sink.js";
export type { WatchedFolder, WatcherDeps, WatcherStatus } from "./watched-folder.js";

/** Pause after something failed that should not, so that a fault that stays does not spin. */
const FAULT_PAUSE_MS = 1_000;
/** An ND2 without its chunk map is still being recorded, and pauses between two time points; none are a day apart. */
const RECORDING_STALE_MS = 86_400_000;

/** Watches one folder: hints wake it, scans find what hints missed, the settler follows each file to its end. */
export class FolderWatcher {
  readonly #options: WatchedFolder;
  readonly #deps: WatcherDeps;
  readonly #names: Names;
  readonly #settler: Settler;
  readonly #scans: FolderScans;
  readonly #hints: HintSource | undefined;
  readonly #hinted: HintBox;
  readonly #scanAlarm: Alarm;
  readonly #dueAlarm: Alarm;
  #foundByHint = 0;
  #loops: Promise<unknown> | undefined;
  readonly #stopping = new AbortController();

  constructor(options: WatchedFolder, deps: WatcherDeps) {
    const { quietMs, staleMs, polling } = options;
    this.#options = options;
    this.#deps = deps;
    this.#names = nameRules(options.include, options.exclude, options.doneMarker);
    const { hints = (onHint: OnHint) => new Hints(onHint, deps.log) } = deps;
    this.#hints = polling ? undefined : hints((file, kind) => this.#hint(file, kind), deps.log);
    this.#hinted = new HintBox(deps.clock);
    this.#scanAlarm = new Alarm(deps.clock);
    this.#dueAlarm = new Alarm(deps.clock);
    const clockMarginMs = polling ? SHARE_CLOCK_MARGIN_MS : 0;
    this.#settler = new Settler(
      {
        quietMs,
        staleMs,
        recordingStaleMs: RECORDING_STALE_MS,
        zeroTailMs: ZERO_TAIL_MS,
        retryMs: RETRY_MS,
        clockMarginMs,
      },
      {
        ...deps,
        doneMarker: options.doneMarker,
        rootPresent: () => this.#scans.isRootPresent(),
        onSchedule: () => this.#dueAlarm.ring(),
      },
    );
    this.#scans = new FolderScans(options, deps, this.#settler);
  }

  /** Begins to watch, whether or not the folder is there. Does not wait for the first scan. */
  start(): Promise<void> {
    if (!this.#stopping.signal.aborted) this.#loops ??= Promise.all([this.#scanLoop(), this.#dueLoop()]);
    return Promise.resolve();
  }

  /** Ends watching. When it resolves no timer, handle or file is left open, and the sink is not called again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#scanAlarm.ring();
    this.#dueAlarm.ring();
    await Promise.all([this.#settler.stop(), this.#scans.stop()]);
    await this.#loops;
    await this.#hints?.close();
  }

  /**
   * One scan, and everything that is due by then, to its end; waits for no quiet period. For those who drive the watcher
   * themselves instead of starting it. `sweep`: also compares the stats of known files; the first scan always does.
   */
  async scanOnce(sweep = false): Promise<void> {
    await this.#scans.scan(sweep);
    for (;;) {
      await this.#settler.runDue();
      await this.#settler.idle();
      const dueMs = this.#settler.nextDue();
      if (this.#stopping.signal.aborted || dueMs === undefined || dueMs > this.#deps.clock.monotonic()) return;
    }
  }

  status(): WatcherStatus {
    return {
      path: this.#options.path,
      ...this.#scans.status(),
      pending: this.#settler.pending,
      examining: this.#settler.examining,
      withoutMarker: this.#settler.withoutMarker,
      foundByHint: this.#foundByHint,
      hintedFolders: this.#hints?.folders,
      hintProblem: this.#hints?.problem,
    };
  }

  async #scanLoop(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#guarded("a scan failed", async () => {
        await this.#scans.scan(false);
        if (!this.#stopping.signal.aborted) this.#hints?.follow(this.#scans.folders);
      });
      while (!this.#stopping.signal.aborted && this.#deps.clock.monotonic() < this.#scans.nextMs) {
        await this.#scanAlarm.sleep(this.#scans.nextMs);
      }
    }
  }

  /** Wakes exactly when something is due: a completed file settles at the end of its quiet period, not at a tick. */
  async #dueLoop(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#guarded("looking at due files failed", async () => {
        if ((this.#hinted.dueMs ?? Number.POSITIVE_INFINITY) <= this.#deps.clock.monotonic())
          await this.#lookAtHinted();
        await this.#settler.runDue();
      });
      if (this.#stopping.signal.aborted) return;
      const dues = [this.#hinted.dueMs, this.#settler.nextDue()].filter((ms) => ms !== undefined);
      await this.#dueAlarm.sleep(dues.length > 0 ? Math.min(...dues) : undefined);
    }
  }

  /** A loop that ended in an exception would leave a daemon that is alive and deaf: so it is told, and goes on. */
  async #guarded(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#deps.log.error(what, { path: this.#options.path, error });
      if (!this.#stopping.signal.aborted) await this.#deps.clock.sleep(FAULT_PAUSE_MS);
    }
  }

  #hint(file: string, kind: HintKind): void {
    if (this.#stopping.signal.aborted) return;
    const put = this.#hinted.put(file, kind);
    if (put === "first") this.#dueAlarm.ring();
    else if (put === "full") this.#scanSoon();
  }

  async #lookAtHinted(): Promise<void> {
    const files: string[] = [];
    const { doneMarker } = this.#options;
    const markers = new Set<string>();
    for (const [file, kind] of this.#hinted.takeAll()) {
      if (doneMarker !== undefined && isMarkerName(path.basename(file), doneMarker)) markers.add(file);
      else if (this.#settler.has(file) || (looksLikeAnImage(file) && this.#isFrame(file))) files.push(file);
      else if (kind === "entry" && (await this.#hintedEntry(file)) === "frame") files.push(file);
    }
    const fresh = files.filter((file) => !this.#settler.has(file) && this.#deps.sink.known(file) === undefined);
    if (markers.size > 0) files.push(...this.#settler.waitingFor(markers));
    await this.#settler.lookAt([...new Set(files)]);
    this.#foundByHint += fresh.length;
  }

  /** Something without an image's name appeared or went: if it is a folder, there may be frames in it already. */
  async #hintedEntry(file: string): Promise<"frame" | "nothing"> {
    if (this.#names.skippedFolder(this.#relative(file), path.basename(file)) !== undefined) return "nothing";
    const kind = await this.#deps.fs.stat(file).then(
      (stat) => stat?.kind,
      () => undefined,
    );
    if (kind === "file" && this.#isFrame(file)) return "frame";
    if (kind === "directory" || file === this.#options.path) this.#scanSoon();
    return "nothing";
  }

  #isFrame(file: string): boolean {
    return this.#names.file(this.#relative(file), path.basename(file)).kind === "frame";
  }

  #relative(file: string): string {
    const relative = path.relative(this.#options.path, file);
    return path.sep === "/" ? relative : relative.replaceAll(path.sep, "/");
  }

  #scanSoon(): void {
    if (this.#scans.hurry()) this.#scanAlarm.ring();
  }
}
