import type { Config } from "../../../config/schema.js";
import type { ErrorCode } from "../../../errors/catalogue.js";
import { asRefocusdError, type RefocusdError } from "../../../errors/refocusd-error.js";
import type { Ledger } from "../../../ledger/ledger.js";
import type { Log } from "../../../log/log.js";
import type { WorkerSettings } from "../../../pipeline/messages.js";
import type { WorkerPool } from "../../../pipeline/worker-pool.js";
import type { Clock } from "../../../system/clock.js";
import { type ClassifierChoice, readChoice, wantedClassifier } from "./classifier-choice.js";
import type { NamedModel } from "./outcome.js";

export interface ClassifierKeeperDeps {
  readonly ledger: Pick<Ledger, "getMeta" | "event">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Why an adapted classifier that is chosen does not judge. */
export interface Refusal {
  readonly name: string;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly sinceMs: number;
}

/** Errors of a worker's start that can be the model's fault. That it dies of it is one of them; that it takes long is the machine's. */
const MODELS_FAULT: readonly ErrorCode[] = [
  ...(["RF_MODEL_MISSING", "RF_MODEL_INVALID", "RF_MODEL_REPLACED"] as const),
  ...(["RF_ENGINE_FAILED", "RF_WORKER_DIED"] as const),
];

const AGAIN_AFTER_MS = 60_000;

/**
 * Sees to it that the workers have the classifier that is to judge: the configured one, or the adapted one that was chosen. When that is
 * missing or damaged the configured one judges, and it is told loudly; nothing ever waits for it.
 */
export class ClassifierKeeper {
  readonly #config: () => Config;
  readonly #configured: NamedModel | undefined;
  readonly #settings: WorkerSettings;
  readonly #deps: ClassifierKeeperDeps;
  #inUse: ClassifierChoice | undefined;
  #refusal: (Refusal & { readonly sha256: string; readonly choiceMs: number }) | undefined;
  /** When an exchange is tried again that failed for a reason that may pass; monotonic. */
  #againMs = 0;
  readonly #stopping = new AbortController();
  #turn: Promise<void> | undefined;

  /**
   * @param settings with the configured classifier
   * @param configured what that is; undefined where it is not sound, which the workers will tell
   */
  constructor(
    config: () => Config,
    settings: WorkerSettings,
    configured: NamedModel | undefined,
    deps: ClassifierKeeperDeps,
  ) {
    this.#config = config;
    this.#settings = settings;
    this.#configured = configured;
    this.#deps = deps;
    this.#inUse = this.#wanted();
  }

  /** The adapted classifier that judges; undefined while the configured one does. */
  get inUse(): ClassifierChoice | undefined {
    return this.#inUse;
  }

  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  get configured(): NamedModel | undefined {
    return this.#configured;
  }

  /** What workers are started with. */
  settings(): WorkerSettings {
    return this.#settingsFor(this.#inUse);
  }

  /** What to start workers with when one could not start: with the configured classifier, if it had another. */
  instead(error: RefocusdError, { classifierSha256 }: WorkerSettings): WorkerSettings | undefined {
    const choice = this.#inUse;
    if (
      this.#stopping.signal.aborted ||
      choice === undefined ||
      choice.sha256 !== classifierSha256 ||
      !MODELS_FAULT.includes(error.code)
    )
      return undefined;
    this.#refuse(choice, error);
    this.#inUse = undefined;
    return this.#settings;
  }

  /** Puts another classifier into use if another is wanted by now. To be called every few seconds; never rejects. */
  follow(pool: Pick<WorkerPool, "exchange">): Promise<void> {
    this.#turn ??= this.#follow(pool).finally(() => {
      this.#turn = undefined;
    });
    return this.#turn;
  }

  /** Workers that end from now on are nobody's fault. */
  stop(): void {
    this.#stopping.abort();
  }

  async #follow(pool: Pick<WorkerPool, "exchange">): Promise<void> {
    const { ledger, clock, log } = this.#deps;
    const wanted = this.#wanted();
    const before = this.#inUse;
    if (wanted?.sha256 === before?.sha256 || clock.monotonic() < this.#againMs) return;
    if (this.#stopping.signal.aborted) return;
    try {
      await pool.exchange(this.#settingsFor(wanted));
    } catch (thrown) {
      if (this.#stopping.signal.aborted) return;
      const error = asRefocusdError(thrown);
      if (wanted !== undefined && MODELS_FAULT.includes(error.code)) this.#refuse(wanted, error);
      else {
        this.#againMs = clock.monotonic() + AGAIN_AFTER_MS;
        log.error("another classifier could not be put into use; it is tried again", {
          to: nameOf(wanted ?? this.#configured),
          error,
        });
      }
      return;
    }
    this.#inUse = wanted;
    const detail = {
      from: nameOf(before ?? this.#configured),
      to: nameOf(wanted ?? this.#configured),
      why: this.#why(wanted),
    };
    log.info("another classifier judges from now on", detail);
    ledger.event(
      "classifier-changed",
      null,
      { ...detail, sha256: (wanted ?? this.#configured)?.sha256 ?? null },
      clock.now(),
    );
  }

  #wanted(): ClassifierChoice | undefined {
    const choice = wantedClassifier(this.#config().adapt.use, this.#configured, readChoice(this.#deps.ledger));
    const refused = this.#refusal;
    const isRefused = refused?.sha256 === choice?.sha256 && refused?.choiceMs === choice?.sinceMs;
    return isRefused ? undefined : choice;
  }

  #why(wanted: ClassifierChoice | undefined): string {
    if (wanted !== undefined) return "adapted, and better on your frames";
    return this.#config().adapt.use ? "refocusd models use configured" : "adapt.use: false";
  }

  #settingsFor(choice: ClassifierChoice | undefined): WorkerSettings {
    if (choice === undefined) return this.#settings;
    return { ...this.#settings, classifier: choice.name, classifierSha256: choice.sha256 };
  }

  #refuse({ name, sha256, sinceMs: choiceMs }: ClassifierChoice, error: RefocusdError): void {
    const { ledger, clock, log } = this.#deps;
    const { code, detail } = error;
    this.#refusal = { name, sha256, code, detail, choiceMs, sinceMs: clock.now() };
    const instead = nameOf(this.#inUse?.sha256 === sha256 ? this.#configured : (this.#inUse ?? this.#configured));
    log.error("the adapted classifier cannot be used; another judges instead", { classifier: name, instead, error });
    ledger.event("classifier-refused", null, { name, sha256, code, detail, instead }, clock.now());
  }
}

function nameOf(model: NamedModel | undefined): string {
  return model === undefined ? "the configured one" : `${model.name} ${model.version}`;
}
