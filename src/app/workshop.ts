import { hostname } from "node:os";
import { join } from "node:path";
import { configHash } from "../config/config-hash.js";
import type { Config } from "../config/schema.js";
import type { Ledger } from "../ledger/ledger.js";
import { openLedger } from "../ledger/open.js";
import type { Log } from "../log/log.js";
import { findModel } from "../models/registry.js";
import type { RefusedOutput } from "../pipeline/disk-guard.js";
import { Dispatcher, type FrameOutcome } from "../pipeline/dispatcher.js";
import { removeLeftovers } from "../pipeline/leftovers.js";
import type { Hold, WorkerIdentity, WorkerSettings } from "../pipeline/messages.js";
import { WorkerPool } from "../pipeline/worker-pool.js";
import { lockState } from "../service/lock.js";
import type { Clock } from "../system/clock.js";
import { ClassifierKeeper } from "./adapt/schedule/classifier-keeper.js";
import { type NamedModel, namedModel } from "./adapt/schedule/outcome.js";
import { createChainLog } from "./chain/chain-log.js";
import { machineFacts } from "./machine-facts.js";
import { retryRules, shareOut, thisMachine, treatmentOf, workerSettings } from "./settings.js";
import { version } from "./version.js";

export const LEDGER_FILE = "ledger.sqlite";

export function ledgerPath(state: string): string {
  return join(state, LEDGER_FILE);
}

export interface WorkshopDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly onOutcome?: (outcome: FrameOutcome) => void;
  /** The watched folders of which no frame may be reconstructed now, each with the reason. */
  readonly holding?: () => ReadonlyMap<string, Hold>;
  /** Whether an output folder is to blame that a reconstruction could not be written; see DiskGuard. Left out: never. */
  readonly refused?: (output: RefusedOutput) => Promise<boolean>;
}

/** What the daemon and the one-shot command have in common: the state folder, the ledger, the workers, the dispatcher. */
export interface Workshop {
  readonly ledger: Ledger;
  readonly pool: WorkerPool;
  readonly dispatcher: Dispatcher;
  readonly classifiers: ClassifierKeeper;
  /** What the newest worker is. */
  readonly identity: WorkerIdentity;
  readonly workers: number;
  readonly threads: number;
  /** Frames that an interrupted run had left in hand. */
  readonly recovered: number;
  /** Tells the log where the chain of outcomes ends, if that has moved. Done at start and close as well. */
  readonly tellChain: () => void;
  /** Ends in order: frames in hand, workers, run, ledger, lock. */
  close(graceMs: number): Promise<void>;
}

/**
 * Opens a state folder for work.
 * @throws RF_ALREADY_RUNNING, RF_STATE_UNWRITABLE, ledger errors, and what makes a worker unfit
 */
export async function openWorkshop(config: () => Config, deps: WorkshopDeps): Promise<Workshop> {
  const { clock, log } = deps;
  const atStart = config();
  const lock = lockState(atStart.state, clock);
  let ledger: Ledger | undefined;
  let pool: WorkerPool | undefined;
  try {
    ledger = openLedger(ledgerPath(atStart.state), { clock, quickCheck: true });
    for (const backup of ledger.backups) log.info("the ledger was brought up to date; the old one is kept", { backup });
    const { workers, threads } = shareOut(atStart, thisMachine());
    const settings = workerSettings(atStart, threads);
    const classifiers = new ClassifierKeeper(config, settings, await namedClassifier(settings), { ledger, clock, log });
    const known = ledger;
    pool = new WorkerPool(
      {
        size: workers,
        settings: classifiers.settings(),
        frameMs: () => config().limits.frameSeconds * 1000,
        instead: (error, settings) => classifiers.instead(error, settings),
        onReady: ({ models }) => {
          for (const model of models) known.registerModel(model);
        },
      },
      { clock, log },
    );
    const identity = await pool.start();
    const run = ledger.startRun({
      version: version(),
      configSha256: configHash(atStart),
      host: hostname(),
      engine: identity.engine,
      machine: machineFacts(),
    });
    const recovered = ledger.recover();
    const open = { ledger, pool, classifiers };
    const tidyUp = async () => {
      try {
        const outputOf = (root: string) => config().watch.find(({ path }) => path === root)?.output;
        const files = await removeLeftovers({ clock, ledger: open.ledger, outputOf });
        for (const file of files) log.info("an output that no row of the ledger names was removed", { file });
      } catch (error) {
        // An output folder that is away must not keep the daemon from working; the next start or stop tries again.
        log.warn("leftovers of interrupted work were not removed", { error });
      }
    };
    await tidyUp();
    const tellChain = createChainLog({ ledger, log });
    tellChain();
    const dispatcher = new Dispatcher(
      {
        concurrency: workers,
        treatment: (root) => treatmentOf(config(), root),
        retry: () => retryRules(config()),
        ...(deps.holding && { holding: deps.holding }),
      },
      {
        clock,
        log,
        ledger,
        run: (job) => open.pool.run(job),
        luck: Math.random,
        ...(deps.refused && { refused: deps.refused }),
        ...(deps.onOutcome && { onOutcome: deps.onOutcome }),
      },
    );
    return {
      ...open,
      dispatcher,
      get identity() {
        return open.pool.identity ?? identity;
      },
      workers,
      threads,
      recovered,
      tellChain,
      async close(graceMs) {
        await dispatcher.stop(graceMs);
        classifiers.stop();
        await open.pool.stop();
        await tidyUp();
        tellChain();
        open.ledger.endRun(run);
        open.ledger.checkpoint();
        open.ledger.close();
        lock.release();
      },
    };
  } catch (error) {
    await pool?.stop();
    ledger?.close();
    lock.release();
    throw error;
  }
}

/** The configured classifier; undefined where it is not sound: the workers say why. */
async function namedClassifier({ models, classifier }: WorkerSettings): Promise<NamedModel | undefined> {
  const found = await findModel(models, classifier, "classifier").catch(() => undefined);
  return found && namedModel(found);
}
