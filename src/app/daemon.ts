import { isDeepStrictEqual } from "node:util";
import { configChanges } from "../config/changes.js";
import { configHash } from "../config/config-hash.js";
import { loadConfig } from "../config/load.js";
import { applyLive } from "../config/merge.js";
import { resolveWatch } from "../config/resolve.js";
import type { Config } from "../config/schema.js";
import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import type { Log } from "../log/log.js";
import type { Logger } from "../log/logger.js";
import type { FrameOutcome } from "../pipeline/dispatcher.js";
import { DailyLogJob } from "../report/daily-log-job.js";
import { localTimeZone } from "../report/local-day.js";
import { type Look, Notifier } from "../service/notify.js";
import { systemd } from "../service/service-manager.js";
import type { Clock } from "../system/clock.js";
import { systemFileSystem } from "../system/file-system.js";
import { checkContainer } from "../watch/containers/index.js";
import { FolderWatcher } from "../watch/watcher.js";
import { DoneToday } from "./done-today.js";
import { createLedgerSink } from "./ledger-sink.js";
import { outcomeLine } from "./outcome-line.js";
import { takePulse } from "./pulse.js";
import { writeLiveStatus } from "./status-file.js";
import { version } from "./version.js";
import { openWorkshop, type Workshop } from "./workshop.js";

export interface DaemonDeps {
  readonly clock: Clock;
  readonly log: Pick<Logger, keyof Log | "setLevel">;
}

const STATUS_EVERY_MS = 2_000;
/** A frame in hand may take so long after SIGTERM; systemd's TimeoutStopSec is longer. */
const GRACE_MS = 30_000;

/** The composition root: builds everything, starts it in order, stops it in reverse. */
export class Daemon {
  #config: Config;
  readonly #configFile: string;
  readonly #deps: DaemonDeps;
  #workshop: Workshop | undefined;
  /** By watched folder. */
  readonly #watchers = new Map<string, FolderWatcher>();
  readonly #notifier: Notifier;
  readonly #doneToday = new DoneToday(localTimeZone());
  #dailyLog: DailyLogJob | undefined;
  #statusTimer: AbortController | undefined;
  #startedMs = 0;
  #reloading: Promise<void> = Promise.resolve();

  constructor(config: Config, configFile: string, deps: DaemonDeps) {
    this.#config = config;
    this.#configFile = configFile;
    this.#deps = deps;
    const manager = systemd({ log: deps.log, env: process.env, pid: process.pid });
    this.#notifier = new Notifier({ ...deps, manager, look: () => this.#look() });
  }

  /** @throws what keeps it from starting; then nothing is left running. */
  async start(): Promise<void> {
    const { clock, log } = this.#deps;
    const config = this.#config;
    this.#startedMs = clock.now();
    await this.#notifier.step("opening the ledger, starting the workers");
    const workshop = await openWorkshop(() => this.#config, {
      clock,
      log,
      onOutcome: (outcome) => this.#tell(outcome),
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

    for (const watch of config.watch) await this.#watch(watch.path);
    workshop.dispatcher.pump();

    const { at, directory, keepDays } = config.dailyLog;
    this.#dailyLog = new DailyLogJob({ at, folder: directory, keepDays }, { ledger: workshop.ledger, clock, log });
    this.#dailyLog.start();
    this.#statusTimer = new AbortController();
    void this.#keepStatus(this.#statusTimer.signal);
    await this.#notifier.start();
  }

  /** Takes no more frames, finishes those in hand, and ends everything in the reverse order of the start. */
  async stop(): Promise<void> {
    const { log } = this.#deps;
    log.info("stopping");
    await this.#notifier.stop();
    this.#statusTimer?.abort();
    await this.#reloading;
    await Promise.all([...this.#watchers.values()].map((watcher) => watcher.stop()));
    await this.#dailyLog?.stop();
    await this.#workshop?.close(GRACE_MS);
    log.info("stopped");
  }

  /**
   * Reads the configuration again. Keys that can, take effect at once; others are named and wait for a restart. A configuration that
   * is not valid changes nothing.
   */
  reload(): Promise<void> {
    this.#reloading = this.#reloading
      .then(() => this.#notifier.reloading(() => this.#reload()))
      .catch((error: unknown) => {
        this.#deps.log.error("the configuration was not reloaded, the old one stays in force", {
          error: asRefocusdError(error),
        });
      });
    return this.#reloading;
  }

  async #reload(): Promise<void> {
    const { log } = this.#deps;
    const next = await loadConfig(this.#configFile);
    const current = this.#config;
    const applied = applyLive(current, next);
    const waiting = configChanges(applied, next).map(({ name }) => name);
    const changes = configChanges(current, applied).map(({ name }) => name);
    this.#config = applied;
    log.setLevel(applied.log.level);
    for (const watch of applied.watch) {
      const before = resolveWatch(current, current.watch.find(({ path }) => path === watch.path) ?? watch);
      const after = resolveWatch(applied, watch);
      if (isDeepStrictEqual([before.settle, before.scan], [after.settle, after.scan])) continue;
      // Another watcher with the new times: what it has not settled yet is found again by its first scan.
      await this.#watchers.get(watch.path)?.stop();
      await this.#watch(watch.path);
    }
    this.#workshop?.dispatcher.pump();
    this.#workshop?.ledger.event(
      "configuration-reloaded",
      null,
      { configSha256: configHash(applied), changed: changes, afterRestart: waiting },
      this.#deps.clock.now(),
    );
    log.info("configuration reloaded", {
      changed: changes.join(", ") || "nothing",
      ...(waiting.length > 0 && { afterRestart: waiting.join(", ") }),
    });
  }

  async #watch(path: string): Promise<void> {
    const { clock, log } = this.#deps;
    const config = this.#config;
    const workshop = this.#workshop;
    const own = config.watch.find((watch) => watch.path === path);
    if (!workshop || !own) return;
    const { include, exclude, polling, settle, scan, naming } = resolveWatch(config, own);
    const sink = createLedgerSink(
      { root: path, naming },
      { ledger: workshop.ledger, onReady: () => workshop.dispatcher.pump() },
    );
    const watcher = new FolderWatcher(
      {
        path,
        include,
        exclude,
        polling,
        quietMs: settle.quietSeconds * 1000,
        staleMs: settle.staleSeconds * 1000,
        scanMs: scan.intervalSeconds * 1000,
        sweepMs: scan.sweepSeconds * 1000,
        never: [...config.watch.map(({ output }) => output), config.state],
      },
      { clock, fs: systemFileSystem, sink, log, check: checkContainer },
    );
    this.#watchers.set(path, watcher);
    await watcher.start();
    log.info("watching", { folder: path });
  }

  #look(): Look {
    const { clock } = this.#deps;
    const workshop = this.#workshop;
    if (!workshop) throw new RefocusdError("RF_INTERNAL", "nothing to look at before the start");
    const watchers = [...this.#watchers.values()].map((watcher) => watcher.status());
    const frameLimitMs = this.#config.limits.frameSeconds * 1000;
    return takePulse({ ...workshop, clock, watchers, frameLimitMs, doneToday: this.#doneToday });
  }

  #tell(outcome: FrameOutcome): void {
    const { message, fields, level } = outcomeLine(outcome);
    this.#deps.log[level](message, fields);
  }

  async #keepStatus(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#writeStatus();
      } catch (error) {
        this.#deps.log.warn("status.json cannot be written", { error: asRefocusdError(error, "RF_STATE_UNWRITABLE") });
      }
      await this.#deps.clock.sleep(STATUS_EVERY_MS, signal);
    }
  }

  #writeStatus(): void {
    if (!this.#workshop) return;
    const { engine, models } = this.#workshop.identity;
    writeLiveStatus(this.#config.state, {
      pid: process.pid,
      version: version(),
      startedMs: this.#startedMs,
      writtenMs: this.#deps.clock.now(),
      configFile: this.#configFile,
      engine: `${engine.name} ${engine.version} on ${engine.device}`,
      models: models.map(({ name, version }) => `${name} ${version}`),
      workers: this.#workshop.pool.status(),
      watchers: [...this.#watchers.values()].map((watcher) => watcher.status()),
      dailyLogs: this.#config.dailyLog.directory,
    });
  }
}
