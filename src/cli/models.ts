import type { Command } from "commander";
import { importModel, modelsText, verifiedText, verifyModels } from "../app/models.js";
import type { Engine } from "../engines/engine.js";
import { bundledModels, listModels } from "../models/registry.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";

interface Options {
  readonly models: string;
  readonly json?: true;
}

export function addModelsCommand(program: Command): void {
  const models = program
    .command("models")
    .description("the networks: which there are, whether they are whole, and taking in your own");
  const at = [
    "--models <folder>",
    "folder of models, as models.directory in the configuration",
    bundledModels(),
  ] as const;

  models
    .command("list")
    .description("list the models of a folder")
    .option(...at)
    .option("--json", "print the cards as JSON")
    .action(async (options: Options) => {
      try {
        const listed = await listModels(options.models);
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
    .option("--json", "print JSON")
    .action(async (names: string[], options: Options) => {
      try {
        const verified = await withEngine((engine) => verifyModels(options.models, names, engine, systemClock));
        process.stdout.write(options.json ? `${JSON.stringify(verified, null, 2)}\n` : verifiedText(verified));
        if (verified.some(({ ok }) => !ok)) process.exitCode = EXIT.someFailed;
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
