import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { asRefocusdError, RefocusdError } from "../errors/refocusd-error.js";
import { isNoSuchFile } from "../system/file-system.js";
import { cardSchema, MODEL_NAME, type ModelCard, type ModelKind } from "./card.js";

export const CARD_FILE = "card.json";
export const WEIGHTS_FILE = "model.onnx";

/** A model whose card is valid and whose weights are those that the card names. */
export interface InstalledModel {
  readonly card: ModelCard;
  /** What `Engine.load` takes. */
  readonly directory: string;
}

/** The models that come with refocusd: `models/` beside `src/` or `dist/`. */
export function bundledModels(): string {
  return fileURLToPath(new URL("../../models", import.meta.url));
}

/** Where models lie, one folder for each: one place, or several that are looked into in this order. All but the first may be missing. */
export type ModelFolders = string | readonly [string, ...string[]];

export function foldersOf(models: ModelFolders): readonly [string, ...string[]] {
  return typeof models === "string" ? [models] : models;
}

/** Where the model of this name is, or would be expected first. */
function folderOf(models: ModelFolders, name: string): string {
  const folders = foldersOf(models);
  return join(folders.find((folder) => existsSync(join(folder, name))) ?? folders[0], name);
}

/** Such as `/opt/refocusd/models, /var/lib/refocusd/models`. */
export function foldersText(models: ModelFolders): string {
  return foldersOf(models).join(", ");
}

/**
 * Finds a model and proves its weights.
 * @param models folders with one folder per model.
 * @throws RF_MODEL_MISSING, or RF_MODEL_INVALID when card, weights and folder do not fit each other or it is of another kind.
 */
export async function findModel(models: ModelFolders, name: string, kind?: ModelKind): Promise<InstalledModel> {
  if (!MODEL_NAME.test(name)) throw new RefocusdError("RF_MODEL_MISSING", `${name} is not a model's name`);
  const directory = folderOf(models, name);
  const cardPath = join(directory, CARD_FILE);
  const card = parseCard(await readPart(cardPath), cardPath, cardSchema);
  if (card.name !== name) {
    throw new RefocusdError("RF_MODEL_INVALID", `the card in ${directory} is that of ${card.name}`);
  }
  if (kind !== undefined && card.kind !== kind) {
    throw new RefocusdError("RF_MODEL_INVALID", `${name} is a ${card.kind}, not a ${kind}`);
  }
  const found = sha256(await readPart(join(directory, WEIGHTS_FILE)));
  if (found !== card.sha256) {
    throw new RefocusdError(
      "RF_MODEL_INVALID",
      `${join(directory, WEIGHTS_FILE)} has SHA-256 ${found}, its card says ${card.sha256}`,
    );
  }
  return { card, directory };
}

/** One entry per folder: the model, or why it cannot be used. In the order of names. */
export type ListedModel =
  | ({ readonly name: string; readonly ok: true } & InstalledModel)
  | { readonly name: string; readonly ok: false; readonly error: RefocusdError };

/** @throws RF_MODEL_MISSING when a folder of models cannot be read; a bad model is an entry, not an error. */
export async function listModels(models: ModelFolders): Promise<ListedModel[]> {
  const [first, ...others] = foldersOf(models);
  const found = await Promise.all([
    modelNames(first),
    ...others.filter((folder) => existsSync(folder)).map(modelNames),
  ]);
  const names = [...new Set(found.flat())].sort((a, b) => (a < b ? -1 : 1));
  return Promise.all(
    names.map((name) =>
      findModel(models, name).then(
        (model): ListedModel => ({ name, ok: true, ...model }),
        (error: unknown): ListedModel => ({ name, ok: false, error: asRefocusdError(error) }),
      ),
    ),
  );
}

async function modelNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw new RefocusdError("RF_MODEL_MISSING", `${folder}: ${error.message}`, { cause: error });
  });
  return entries.filter((e) => !e.isFile() && MODEL_NAME.test(e.name)).map((e) => e.name);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A file of a model: its card or its weights. @throws RF_MODEL_MISSING */
export async function readPart(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = isNoSuchFile(error) ? "no such file" : (error as Error).message;
    throw new RefocusdError("RF_MODEL_MISSING", `${path}: ${why}`, { cause: error });
  }
}

/** @throws RF_MODEL_INVALID with what the schema misses */
export function parseCard<Card>(bytes: Buffer, path: string, schema: z.ZodType<Card>): Card {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new RefocusdError("RF_MODEL_INVALID", `${path}: ${(error as Error).message}`, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new RefocusdError("RF_MODEL_INVALID", `${path}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}
