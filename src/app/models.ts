import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "zod";
import type { Engine } from "../engines/engine.js";
import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import { cardSchema, type ModelCard } from "../models/card.js";
import { probeNetwork } from "../models/probe.js";
import {
  findModel,
  type ListedModel,
  listModels,
  type ModelFolders,
  parseCard,
  readPart,
  sha256,
  WEIGHTS_FILE,
} from "../models/registry.js";
import { assertSelfTest, recordSelfTest } from "../models/self-test.js";
import { writeModel } from "../models/write-model.js";
import type { Clock } from "../system/clock.js";

/** What `models verify` found out about one model. */
export interface VerifiedModel {
  readonly name: string;
  readonly version: string | null;
  readonly ok: boolean;
  /** What was computed, or what is wrong and what to do. */
  readonly found: string;
}

/**
 * Proves models: the card is valid, the weights are those that it names, the engine loads them and answers the self-test as it did where
 * they were made.
 * @param names of models; none: all that are there
 */
export async function verifyModels(
  models: ModelFolders,
  names: readonly string[],
  engine: Engine,
  clock: Clock,
): Promise<VerifiedModel[]> {
  const wanted = names.length > 0 ? names : (await listModels(models)).map(({ name }) => name);
  const verified: VerifiedModel[] = [];
  for (const name of wanted) verified.push(await verify(models, name, engine, clock));
  return verified;
}

async function verify(models: ModelFolders, name: string, engine: Engine, clock: Clock): Promise<VerifiedModel> {
  let version: string | null = null;
  try {
    const { card, directory } = await findModel(models, name);
    version = card.version;
    const network = await engine.load(directory);
    try {
      await probeNetwork(network, card);
      const { maxDifference, ms } = await assertSelfTest(network, card, clock);
      const found = `weights ${card.sha256.slice(0, 12)} as in the card; self-test differs by ${maxDifference.toExponential(1)} at most, ${Math.round(ms)} ms`;
      return { name, version, ok: true, found };
    } finally {
      await network.dispose();
    }
  } catch (thrown) {
    const error = asRefocusdError(thrown);
    return { name, version, ok: false, found: `${error.message}; ${error.todo}` };
  }
}

export interface Import {
  /** The ONNX file and its card: a card.json in which `sha256` and `selfTest` may be missing. */
  readonly onnx: string;
  readonly card: string;
  /** The folder of models that it goes into. */
  readonly models: string;
  /** Whether other weights of the same name may be replaced. */
  readonly replace: boolean;
}

const importedCard = cardSchema.partial({ sha256: true, selfTest: true });
type ImportedCard = z.infer<typeof importedCard>;

/**
 * Takes in a network that was trained elsewhere; see `installModel`.
 * @throws RF_MODEL_MISSING, RF_MODEL_INVALID with what does not fit
 */
export async function importModel({ onnx, card, models, replace }: Import, engine: Engine, clock: Clock) {
  const weights = await readPart(onnx);
  const given = parseCard(await readPart(card), card, importedCard);
  const found = sha256(weights);
  if (given.sha256 !== undefined && given.sha256 !== found)
    throw new RefocusdError("RF_MODEL_INVALID", `${onnx} has SHA-256 ${found}, its card says ${given.sha256}`);
  return installModel({ weights, card: given, models, replace }, engine, clock);
}

/**
 * Runs a network as refocusd would, and writes weights and card into the folder of models. A self-test that the card brings must hold;
 * otherwise what the engine answers here becomes the self-test.
 * @returns its card and folder
 * @throws RF_MODEL_INVALID with what does not fit
 */
export async function installModel(
  {
    weights,
    card: given,
    models,
    replace,
  }: Pick<Import, "models" | "replace"> & {
    readonly weights: Uint8Array;
    readonly card: ImportedCard;
  },
  engine: Engine,
  clock: Clock,
): Promise<{ readonly card: ModelCard; readonly directory: string }> {
  const hash = sha256(weights);
  await refuseToReplace(models, given.name, hash, replace);
  const trial = await mkdtemp(join(tmpdir(), "refocusd-import-"));
  try {
    await writeFile(join(trial, WEIGHTS_FILE), weights);
    const network = await engine.load(trial);
    const shape = await probeNetwork(network, given);
    const selfTest = given.selfTest ?? (await recordSelfTest(network, shape));
    const card = { ...given, sha256: hash, selfTest };
    await assertSelfTest(network, card, clock);
    await network.dispose();
    return { card, directory: await writeModel(models, card, weights) };
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/** Frames in ledgers name the model that judged them by name, version and hash: a name should go on meaning what it meant. */
async function refuseToReplace(models: string, name: string, hash: string, replace: boolean): Promise<void> {
  const before = await findModel(models, name).catch(() => undefined);
  if (before === undefined || before.card.sha256 === hash || replace) return;
  throw new RefocusdError(
    "RF_MODEL_INVALID",
    `${name} is there already, version ${before.card.version} with other weights: give the card another name, or use --replace`,
  );
}

/** For people: a line or two for each model. */
export function modelsText(listed: readonly ListedModel[]): string {
  if (listed.length === 0) return "no models here\n";
  return listed
    .map((model) => (model.ok ? modelLines(model.card) : `${model.name}: ${model.error.message}\n`))
    .join("");
}

function modelLines({ name, version, kind, architecture, sha256, trained, parent, adaptedOn }: ModelCard): string {
  const size = `${(architecture.parameters / 1e6).toFixed(2)} million parameters`;
  return [
    `${name} ${version}: ${kind}, ${architecture.name}, ${size}`,
    `    weights ${sha256}`,
    `    trained ${trained.date}, ${trained.minutes} min, ${trained.steps} steps on ${trained.host}`,
    ...(parent === undefined
      ? []
      : [
          `    adapted from ${parent.name} ${parent.version} (${parent.sha256.slice(0, 12)}) on ${adaptedOn?.length ?? 0} frames`,
        ]),
    "",
  ].join("\n");
}

export function verifiedText(verified: readonly VerifiedModel[]): string {
  return verified
    .map(
      ({ name, version, ok, found }) =>
        `${ok ? "ok    " : "FAILED"}  ${name}${version === null ? "" : ` ${version}`}: ${found}\n`,
    )
    .join("");
}
