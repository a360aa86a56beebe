import { basename, resolve } from "node:path";
import { loadConfig } from "../../config/load.js";
import { RefocusdError } from "../../errors/refocusd-error.js";
import { openLedgerReader } from "../../ledger/open.js";
import { bundledModels, type ModelFolders } from "../../models/registry.js";
import type { Clock } from "../../system/clock.js";
import { systemFileSystem } from "../../system/file-system.js";
import type { Microscope } from "../../train/adapt/judge-fields.js";
import { type Field, listFields } from "../../train/dataset/fields.js";
import { adaptedModels, modelFolders } from "../settings.js";
import { ledgerPath } from "../workshop.js";
import { LEAST_FRAMES, ledgerFields } from "./ledger-fields.js";

export interface Choice {
  readonly from?: string;
  readonly fromLedger?: true;
  readonly config?: string;
  readonly days?: number;
  readonly frames: number;
  readonly model?: string;
  readonly reconstructor?: string;
  readonly models?: string;
}

export interface Chosen {
  readonly fields: readonly Field[];
  /** The networks to start from, where they are looked for, and where new ones go. */
  readonly classifier: string;
  readonly reconstructor: string;
  /** Reconstructions are held to their source. */
  readonly holdToSource: boolean;
  readonly models: ModelFolders;
  readonly into: string;
  readonly microscope: Microscope;
  /** Of the source, for the card; and the option that chose it. */
  readonly name: string;
  readonly origin: string;
  /** For people: what was chosen. Empty for a folder. */
  readonly words: string;
}

const DAY_MS = 86_400_000;

/**
 * The frames to adapt on: of a folder, or of the ledger, which is opened for reading only, also while the daemon runs.
 * @throws RF_USAGE, RF_TRAINING_DATA, configuration and ledger errors
 */
export async function chooseFields(choice: Choice, clock: Clock): Promise<Chosen> {
  const { from, fromLedger, config: file, days, frames } = choice;
  if ((from === undefined) === (fromLedger === undefined))
    throw new RefocusdError("RF_USAGE", "give either --from <folder> or --from-ledger");
  const config = file === undefined ? undefined : await loadConfig(file);
  const classifier = choice.model ?? config?.models.classifier ?? "sdcnn";
  const reconstructor = choice.reconstructor ?? config?.models.reconstructor ?? "resunet-guided";
  const holdToSource = config?.reconstruction.holdToSource ?? true;
  const models = choice.models ?? (config === undefined ? bundledModels() : modelFolders(config));
  const into = choice.models ?? (config === undefined ? bundledModels() : adaptedModels(config.state));
  if (from !== undefined) {
    const name = basename(resolve(from));
    const fields = await listFields(from, "allowed");
    if (fields.length < LEAST_FRAMES)
      throw new RefocusdError(
        "RF_TRAINING_DATA",
        `${from} holds ${fields.length} images; ${LEAST_FRAMES} that are in focus are needed, of several positions if you have them`,
      );
    const origin = `--from ${name}`;
    return {
      ...{ fields, classifier, reconstructor, holdToSource, models, into, microscope: {} },
      ...{ name, origin, words: "" },
    };
  }
  if (config === undefined) throw new RefocusdError("RF_USAGE", "--from-ledger needs --config <file>");
  const ledger = openLedgerReader(ledgerPath(config.state), { clock });
  try {
    const sinceMs = days === undefined ? 0 : clock.now() - days * DAY_MS;
    const found = await ledgerFields(ledger, { sinceMs, count: frames }, systemFileSystem);
    const { fields, microscope, reviewed, passedOver } = found;
    const places = new Set(fields.map(({ group }) => group)).size;
    const lost = passedOver === 0 ? "" : `; ${passedOver} passed over, not on the disk as they were judged`;
    return {
      ...{ fields, classifier, reconstructor, holdToSource, models, into, microscope },
      name: "frames of the ledger",
      origin: `--from-ledger${days === undefined ? "" : ` --days ${days}`} --frames ${frames}`,
      words: `${fields.length} frames of ${places} positions, ${reviewed} of them reviewed${lost}\n`,
    };
  } finally {
    ledger.close();
  }
}
