import { join } from "node:path";
import type { Config } from "../../../config/schema.js";
import type { Ledger } from "../../../ledger/ledger.js";
import type { Log } from "../../../log/log.js";
import type { Clock } from "../../../system/clock.js";
import { modelFolders } from "../../settings.js";
import type { AdaptOnceRequest } from "./adapt-once.js";
import { adaptByProcess } from "./adapt-process.js";
import { AdaptSchedule, cronTimes } from "./adapt-schedule.js";
import { type ClassifierChoice, readChoice, writeChoice } from "./classifier-choice.js";
import type { NamedModel } from "./outcome.js";

export interface AdaptingDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  /** The classifier of the configuration. */
  readonly configured: () => NamedModel | undefined;
}

export interface Adapting {
  readonly schedule: AdaptSchedule;
  stop(): Promise<void>;
}

/** Begins to follow the schedule of a configuration; undefined where it has none. */
export function startAdapting(config: () => Config, deps: AdaptingDeps): Adapting | undefined {
  const { ledger, clock, log, configured } = deps;
  const { schedule: expression } = config().adapt;
  if (expression === null) return undefined;
  const times = cronTimes(expression);
  const schedule = new AdaptSchedule(expression, {
    ...{ ledger, clock, log, nextRun: times.next },
    run: (basis, signal) => adaptByProcess(adaptRequest(config(), ledger.path, readChoice(ledger), basis), signal),
    onInstalled: ({ model }) => {
      const insteadOf = configured();
      if (insteadOf === undefined) return;
      const undone = readChoice(ledger)?.undone ?? false;
      writeChoice(ledger, { ...model, insteadOf, sinceMs: clock.now(), undone });
      const { use } = config().adapt;
      if (undone)
        log.info("it is not taken into use, as somebody went back: refocusd models use adapted", { model: model.name });
      else if (!use)
        log.info(
          "to use it: adapt: { use: true } in the configuration, at once; or models: { classifier } at the next start",
          {
            classifier: model.name,
          },
        );
    },
  });
  schedule.start();
  return {
    schedule,
    async stop() {
      await schedule.stop();
      times.end();
    },
  };
}

export function adaptRequest(
  config: Config,
  ledger: string,
  choice: ClassifierChoice | undefined,
  basis: string | null,
): AdaptOnceRequest {
  const { days, frames, na, pixelMicrometres } = config.adapt;
  const models = modelFolders(config);
  return {
    ...{ ledger, models, days, frames, na, pixelMicrometres, basis },
    // The dot keeps it from being taken for a model.
    work: join(models[1], ".adapting"),
    configured: config.models.classifier,
    rivals: choice === undefined ? [] : [choice.name],
  };
}
