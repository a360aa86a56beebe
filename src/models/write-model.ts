import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { RefocusdError } from "../errors/refocusd-error.js";
import { replaceFile } from "../system/publish-file.js";
import { cardSchema, type ModelCard } from "./card.js";
import { CARD_FILE, sha256, WEIGHTS_FILE } from "./registry.js";

/**
 * Writes a model's folder below `models`, replacing one of the same name. The card is written last, so whoever reads in between finds
 * a card that does not fit the weights, never a mixture that does.
 * @param onnx the bytes of model.onnx; the card's `sha256` is computed from them.
 * @returns the folder.
 * @throws RF_MODEL_INVALID when the card is not valid.
 */
export async function writeModel(models: string, card: Omit<ModelCard, "sha256">, onnx: Uint8Array): Promise<string> {
  const parsed = cardSchema.safeParse({ ...card, sha256: sha256(onnx) });
  if (!parsed.success) throw new RefocusdError("RF_MODEL_INVALID", `card: ${z.prettifyError(parsed.error)}`);
  const directory = join(models, parsed.data.name);
  await mkdir(directory, { recursive: true });
  const write = (name: string, bytes: Uint8Array) =>
    replaceFile(join(directory, name), join(directory, `${name}.${process.pid}.tmp`), bytes);
  await write(WEIGHTS_FILE, onnx);
  await write(CARD_FILE, Buffer.from(`${JSON.stringify(parsed.data, null, 2)}\n`));
  return directory;
}
