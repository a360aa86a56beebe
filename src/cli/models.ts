import { userInfo } from "node:os";
import { Argument, type Command } from "commander";
import {
  CLASSIFIER_WISHES,
  type ClassifierWish,
  useClassifier,
  useClassifierText,
} from "../app/adapt/schedule/use-classifier.js";
import { importModel, modelsText, verifiedText, verifyModels } from "../app/models.js";
import { modelFolders } from "../app/settings.js";
import { ledgerPath } from "../app/workshop.js";
import { loadConfig } from "../config/load.js";
import type { Engine } from "../engines/engine.js";
import { openLedgerBeside } from "../ledger/open.js";
import { bundledModels, listModels, type ModelFolders } from "../models/registry.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";

interface Options {
  readonly models: string;
  readonly config?: string;
  readonly json?: true;
}

export function addModelsCommand(program: Command): void {
  const models = program
    .command("models")
    .description("the networks: which there are, whether they are whole, and taking in your own");
  const configured = [
    "-c, --config <file>",
    "those that refocusd finds with this configuration, adapted ones among them, instead of --models",
  ] as const;
  const at = [
    "--models <folder>",
    "folder of models, as models.directory in the configuration",
    bundledModels(),
  ] as const;

  models
    .command("list")
    .description("list the models of a folder")
    .option(...at)
    .option(...configured)
    .option("--json", "print the cards as JSON")
    .action(async (options: Options) => {
      try {
        const listed = await listModels(await foldersOf(options));
        process.stdout.write(
          options.json ? `${JSON.stringify(listed.map(forScripts), null, 2)}\n` : modelsText(listed),
        );
        if (listed.some(({ ok }) => !ok)) process.exitCode = EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      }
    });

  models
    .command("verify")
    .description("prove that weights are those of their cards, and that this machine computes what the cards say")
    .argument("[names...]", "models; all of the folder if none is given")
    .option(...at)
    .option(...configured)
    .option("--json", "print JSON")
    .action(async (names: string[], options: Options) => {
      try {
        const folders = await foldersOf(options);
        const verified = await withEngine((engine) => verifyModels(folders, names, engine, systemClock));
        process.stdout.write(options.json ? `${JSON.stringify(verified, null, 2)}\n` : verifiedText(verified));
        if (verified.some(({ ok }) => !ok)) process.exitCode = EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      }
    });

  models
    .command("use")
    .description(
      "go back from a classifier that was adapted on schedule to the configured one, or to it again; also while refocusd runs",
    )
    .addArgument(new Argument("<which>", "which judges").choices(CLASSIFIER_WISHES))
    .requiredOption("-c, --config <file>", "configuration file")
    .action(async (which: ClassifierWish, options: { readonly config: string }) => {
      try {
        const { state, adapt } = await loadConfig(options.config);
        const ledger = openLedgerBeside(ledgerPath(state), { clock: systemClock });
        const choice = useClassifier(which, userInfo().username, { ledger, clock: systemClock });
        ledger.close();
        process.stdout.write(useClassifierText(choice, adapt.use));
      } catch (error) {
        exitWith(error);
      }
    });

  models
    .command("import")
    .description("take in a network that was trained elsewhere, after running it as refocusd would")
    .argument("<onnx>", "ONNX file: input and output [n, height, width, channels], float32")
    .requiredOption("--card <file>", "its card.json, as those in models/; sha256 and selfTest may be left out")
    .option(...at)
    .option("--replace", "replace other weights of the same name")
    .action(async (onnx: string, options: Options & { readonly card: string; readonly replace?: true }) => {
      try {
        const imported = await withEngine((engine) =>
          importModel({ ...options, onnx, replace: options.replace === true }, engine, systemClock),
        );
        const { name, version, kind } = imported.card;
        process.stdout.write(
          `${name} ${version} is in ${imported.directory}; to use it: models: { ${kind}: ${name} } in the configuration\n`,
        );
      } catch (error) {
        exitWith(error);
      }
    });
}

async function foldersOf({ models, config }: Options): Promise<ModelFolders> {
  return config === undefined ? models : modelFolders(await loadConfig(config));
}

async function withEngine<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
  const { openOnnxEngine } = await import("../engines/onnx.js");
  const engine = await openOnnxEngine();
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

function forScripts(model: Awaited<ReturnType<typeof listModels>>[number]) {
  if (model.ok) return { name: model.name, ok: true, card: model.card };
  return { name: model.name, ok: false, errorCode: model.error.code, error: model.error.message };
}
