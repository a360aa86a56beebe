import type { ConfigChange } from "../../config/changes.js";
import { configHash } from "../../config/config-hash.js";
import { readConfig } from "../../config/load.js";
import type { Config } from "../../config/schema.js";
import { asRefocusdError, RefocusdError } from "../../errors/refocusd-error.js";
import type { Ledger } from "../../ledger/ledger.js";
import type { Log } from "../../log/log.js";
import type { Logger } from "../../log/logger.js";
import { DiskGuard } from "../../pipeline/disk-guard.js";
import type { FrameOutcome } from "../../pipeline/dispatcher.js";
import { DailyLogJob } from "../../report/daily-log-job.js";
import { watchLedgerSize } from "../../report/ledger-size.js";
import { type Day, localTimeZone } from "../../report/local-day.js";
import { SeriesKeeper } from "../../series/keeper.js";
import { OverdueWatch } from "../../series/overdue-watch.js";
import { type Look, Notifier } from "../../service/notify.js";
import { systemd } from "../../service/service-manager.js";
import type { Clock } from "../../system/clock.js";
import { systemFreeBytes, systemTryWrite } from "../../system/disk-space.js";
import { systemFileSystem } from "../../system/file-system.js";
import { type Adapting, startAdapting } from "../adapt/schedule/adapting.js";
import { dayPageRequest, writePageByProcess } from "../day-page/day-page-process.js";
import { outcomeLine } from "../outcome-line.js";
import { keeperOptions, overdueOptions } from "../series/series.js";
import { checkSeriesPlace } from "../series/series-place.js";
import { guardedFolders } from "../settings.js";
import { writeLiveStatus } from "../status/status-file.js";
import { version } from "../version.js";
import { openWorkshop, type Workshop } from "../workshop.js";
import { createClockWatch } from "./clock-watch.js";
import { backUpDaily, copyByProcess } from "./daily-backup.js";
import { DoneToday } from "./done-today.js";
import { LiveConfig } from "./live-config.js";
import { takePulse } from "./pulse.js";
import { createRequeueWatch, type RequeuedFrame } from "./requeue-watch.js";
import { WatchedFolders } from "./watched-folders.js";

export interface DaemonDeps {
  readonly clock: Clock;
  readonly log: Pick<Logger, keyof Log | "setLevel">;
}

const STATUS_EVERY_MS = 2_000;
/** A frame in hand may take so long after SIGTERM; systemd's TimeoutStopSec is longer. */
const GRACE_MS = 30_000;

/** The composition root: builds everything, starts it in order, stops it in reverse. */
export class Daemon {
  readonly #config: LiveConfig;
  readonly #configFile: string;
  readonly #deps: DaemonDeps;
  #workshop: Workshop | undefined;
  #folders: WatchedFolders | undefined;
  #requeued: (() => RequeuedFrame[]) | undefined;
  readonly #guard: DiskGuard;
  readonly #notifier: Notifier;
  readonly #doneToday = new DoneToday(localTimeZone());
  #dailyLog: DailyLogJob | undefined;
  #series: SeriesKeeper | undefined;
  #overdue: OverdueWatch | undefined;
  #adapting: Adapting | undefined;
  /** Ends what goes on beside the frames. */
  #stopping: AbortController | undefined;
  #startedMs = 0;

  constructor(config: Config, configFile: string, deps: DaemonDeps) {
    this.#configFile = configFile;
    this.#deps = deps;
    this.#config = new LiveConfig(configFile, config, {
      ...deps,
      fs: systemFileSystem,
      read: readConfig,
      apply: (before, changed, waiting) => this.#apply(before, changed, waiting),
    });
    this.#guard = new DiskGuard(() => guardedFolders(this.#config.current), {
      ...deps,
      freeBytes: systemFreeBytes,
      tryWrite: systemTryWrite,
      onChange: () => this.#workshop?.dispatcher.pump(),
    });
    const manager = systemd({ log: deps.log, env: process.env, pid: process.pid });
    this.#notifier = new Notifier({ ...deps, manager, look: () => this.#look() });
  }

  /** @throws what keeps it from starting; then nothing is left running. */
  async start(): Promise<void> {
    const { clock, log } = this.#deps;
    const config = this.#config.current;
    this.#startedMs = clock.now();
    await this.#notifier.step("opening the ledger, starting the workers");
    const workshop = await openWorkshop(() => this.#config.current, {
      clock,
      log,
      onOutcome: (outcome) => this.#tell(outcome),
      holding: () => this.#guard.holding,
      refused: (output) => this.#guard.refused(output),
    });
    this.#workshop = workshop;
    const { engine, models } = workshop.identity;
    log.info(`refocusd ${version()} is ready`, {
      engine: `${engine.name} ${engine.version} on ${engine.device}`,
      models: models.map(({ name, version }) => `${name} ${version}`).join(", "),
      workers: workshop.workers,
      threads: workshop.threads,
      ...(workshop.recovered > 0 && { resumed: workshop.recovered }),
    });

    this.#requeued = createRequeueWatch(workshop.ledger);
    this.#guard.start();
    const { ledger } = workshop;
    const onReady = () => workshop.dispatcher.pump();
    this.#folders = new WatchedFolders({ ledger, clock, log, onReady });
    await this.#folders.start(config);
    workshop.dispatcher.pump();

    const stopping = new AbortController();
    this.#stopping = stopping;
    const { at, directory, keepDays } = config.dailyLog;
    const lookAtSize = watchLedgerSize(config.ledger.warnMegabytes * 1e6, { ledger, clock, log });
    const hourly = () => {
      workshop.tellChain();
      lookAtSize();
    };
    this.#dailyLog = new DailyLogJob(
      { at, folder: directory, keepDays, ledgerKeepDays: config.ledger.keepDays },
      {
        ...{ ledger, clock, log, hourly },
        page: ({ path }) => this.#writePage(path, stopping.signal),
        backUp: (day) => this.#backUp(day, stopping.signal),
      },
    );
    this.#dailyLog.start();
    await this.#keepSeries(config, ledger);
    const overdue = overdueOptions(config);
    if (overdue) this.#overdue = new OverdueWatch(overdue, { ledger, clock, log });
    this.#overdue?.start();
    this.#adapting = startAdapting(() => this.#config.current, {
      ...{ ledger, clock, log, configured: () => workshop.classifiers.configured },
    });
    void this.#keepStatus(stopping.signal);
    this.#config.start();
    await this.#notifier.start();
  }

  /** Without folders of series, frames are judged all the same: nothing here keeps the daemon from starting. */
  async #keepSeries(config: Config, ledger: Ledger): Promise<void> {
    const { clock, log } = this.#deps;
    const options = keeperOptions(config);
    if (!options) return;
    try {
      await checkSeriesPlace(options.folder, config);
    } catch (error) {
      log.error("folders of series are not kept", { error: asRefocusdError(error) });
      return;
    }
    this.#series = new SeriesKeeper(options, { ledger, clock, log, freeBytes: systemFreeBytes });
    this.#series.start();
  }

  /** Takes no more frames, finishes those in hand, and ends everything in the reverse order of the start. */
  async stop(): Promise<void> {
    const { log } = this.#deps;
    log.info("stopping");
    await this.#notifier.stop();
    this.#stopping?.abort();
    await this.#config.stop();
    await this.#folders?.stop();
    await this.#dailyLog?.stop();
    await this.#series?.stop();
    await this.#overdue?.stop();
    await this.#adapting?.stop();
    this.#guard.stop();
    await this.#workshop?.close(GRACE_MS);
    log.info("stopped");
  }

  /**
   * Reads the configuration again, as it also does by itself when the file changes. Keys that can, take effect at once; others are
   * named and wait for a restart. A configuration that is not valid changes nothing.
   */
  reload(): Promise<void> {
    return this.#notifier.reloading(() => this.#config.reload());
  }

  async #apply(before: Config, changed: readonly ConfigChange[], waiting: readonly ConfigChange[]): Promise<void> {
    const applied = this.#config.current;
    this.#deps.log.setLevel(applied.log.level);
    await this.#folders?.follow(before, applied);
    void this.#guard.check();
    this.#workshop?.dispatcher.pump();
    const names = (changes: readonly ConfigChange[]) => changes.map(({ name }) => name);
    this.#workshop?.ledger.event(
      "configuration-reloaded",
      null,
      { configSha256: configHash(applied), changed: names(changed), afterRestart: names(waiting) },
      this.#deps.clock.now(),
    );
  }

  async #writePage(dailyLog: string, signal: AbortSignal): Promise<void> {
    const config = this.#config.current;
    if (config.dailyLog.page) await writePageByProcess(dayPageRequest(dailyLog, config), signal);
  }

  #backUp(day: Day, signal: AbortSignal): Promise<void> {
    const { state, ledger, disk } = this.#config.current;
    const options = { state, keep: ledger.dailyBackups, minFreeBytes: disk.minFreeGigabytes * 1e9 };
    return backUpDaily(day, options, { ...this.#deps, freeBytes: systemFreeBytes, copy: copyByProcess(signal) });
  }

  #look(): Look {
    const { clock } = this.#deps;
    const workshop = this.#workshop;
    if (!workshop) throw new RefocusdError("RF_INTERNAL", "nothing to look at before the start");
    const watchers = this.#folders?.status() ?? [];
    const frameLimitMs = this.#config.current.limits.frameSeconds * 1000;
    const look = takePulse({ ...workshop, clock, watchers, frameLimitMs, doneToday: this.#doneToday });
    return { ...look, overdue: this.#overdue?.overdue.length ?? 0 };
  }

  #tell(outcome: FrameOutcome): void {
    const { message, fields, level } = outcomeLine(outcome);
    this.#deps.log[level](message, fields);
    // Gone with its whole folder, or not to be read just now: when that has passed, the next scan must take it for new, whatever its stat.
    if (outcome.kind === "ended" && ["RF_SOURCE_GONE", "RF_UNREADABLE"].includes(outcome.failure.code))
      this.#folders?.forget(outcome.job.root, outcome.job.path);
  }

  async #keepStatus(signal: AbortSignal): Promise<void> {
    const clockWentBack = createClockWatch(this.#deps.clock);
    while (!signal.aborted) {
      try {
        this.#writeStatus();
      } catch (error) {
        this.#deps.log.warn("status.json cannot be written", { error: asRefocusdError(error, "RF_STATE_UNWRITABLE") });
      }
      try {
        if (clockWentBack()) this.#shortenWaits();
      } catch (error) {
        this.#deps.log.warn("waits for another attempt cannot be shortened", { error: asRefocusdError(error) });
      }
      try {
        this.#takeUpRequeued();
      } catch (error) {
        this.#deps.log.warn("frames that were put back cannot be looked up", { error: asRefocusdError(error) });
      }
      this.#followClassifier();
      await this.#deps.clock.sleep(STATUS_EVERY_MS, signal);
    }
  }

  /** In its own time: a worker takes seconds to start, and frames and status go on meanwhile. */
  #followClassifier(): void {
    const workshop = this.#workshop;
    workshop?.classifiers.follow(workshop.pool).catch((thrown: unknown) => {
      this.#deps.log.error("another classifier could not be put into use", { error: asRefocusdError(thrown) });
    });
  }

  /** Frames wait for another attempt until a moment of the wall clock; when that is put back by hours, they must not wait for hours. */
  #shortenWaits(): void {
    const { retry } = this.#config.current;
    const frames = this.#workshop?.ledger.shortenWaits(this.#deps.clock.now(), retry.maxDelaySeconds * 1000) ?? 0;
    if (frames === 0) return;
    this.#deps.log.info("the clock was put back; frames that waited for another attempt have it now", { frames });
    this.#workshop?.dispatcher.pump();
  }

  /** Frames that `refocusd requeue` has put back: those that are ready are handed out, the others are settled by the next scan. */
  #takeUpRequeued(): void {
    const frames = this.#requeued?.() ?? [];
    if (frames.length === 0) return;
    this.#deps.log.info("frames were put back into the queue", { frames: frames.length });
    for (const { root, path, state } of frames) if (state === "seen") this.#folders?.forget(root, path);
    this.#workshop?.dispatcher.pump();
  }

  #writeStatus(): void {
    if (!this.#workshop) return;
    const { engine, models } = this.#workshop.identity;
    const { inUse, refusal } = this.#workshop.classifiers;
    writeLiveStatus(this.#config.current.state, {
      pid: process.pid,
      version: version(),
      startedMs: this.#startedMs,
      writtenMs: this.#deps.clock.now(),
      configFile: this.#configFile,
      configuration: this.#config.status(),
      engine: `${engine.name} ${engine.version} on ${engine.device}`,
      models: models.map(({ name, version }) => `${name} ${version}`),
      workers: this.#workshop.pool.status(),
      watchers: this.#folders?.status() ?? [],
      outputs: this.#guard.status(),
      ...(this.#series && { series: this.#series.status() }),
      ...(this.#overdue && { overdue: this.#overdue.overdue }),
      adapt: {
        schedule: this.#adapting?.schedule.status() ?? null,
        inUse: inUse === undefined ? null : { name: inUse.name, insteadOf: inUse.insteadOf.name },
        refusal: refusal ?? null,
      },
      dailyLogs: this.#config.current.dailyLog.directory,
    });
  }
}
