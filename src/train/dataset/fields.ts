import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp from "sharp";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { Plane } from "../plane.js";
import { createRandom } from "../random.js";

/** A focused frame to learn from. Fields of one group overlap on the sample and stay on one side of a split. */
export interface Field {
  readonly path: string;
  readonly group: string;
}

const IMAGE = /\.(tiff?|png|jpe?g)$/i;

/**
 * The focused frames of a folder, in name order. A `positions.csv` with the columns `file` and `overlap_group` says which
 * fields overlap; without it each file is a group of its own.
 */
export async function listFields(folder: string): Promise<Field[]> {
  const names = (await readdir(folder)).filter((name) => IMAGE.test(name)).sort();
  const groups = await readGroups(join(folder, "positions.csv"));
  const fields = names.map((name) => ({ path: join(folder, name), group: groups.get(name) ?? name }));
  if (new Set(fields.map((field) => field.group)).size < 2) {
    throw new RefocusdError("RF_TRAINING_DATA", `${folder} holds ${fields.length} image(s)`);
  }
  return fields;
}

async function readGroups(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, "utf8").catch(() => "");
  const [header, ...rows] = text.split(/\r?\n/).filter((line) => line !== "");
  const columns = header?.split(",") ?? [];
  const file = columns.indexOf("file");
  const group = columns.indexOf("overlap_group");
  if (file < 0 || group < 0) return new Map();
  return new Map(rows.map((row) => row.split(",")).map((cells) => [cells[file] ?? "", cells[group] ?? ""]));
}

export interface Split {
  readonly train: readonly Field[];
  readonly validation: readonly Field[];
}

/** A fifth of the groups, drawn by the seed, is held out; a group is never cut in two. */
export function splitByGroup(fields: readonly Field[], seed: number, share = 0.2): Split {
  const groups = [...new Set(fields.map((field) => field.group))];
  const random = createRandom(seed);
  const order = groups.map((group) => ({ group, key: random.uniform() })).sort((a, b) => a.key - b.key);
  const held = new Set(order.slice(0, Math.max(1, Math.round(share * groups.length))).map(({ group }) => group));
  return {
    train: fields.filter((field) => !held.has(field.group)),
    validation: fields.filter((field) => held.has(field.group)),
  };
}

/** The counts of a field as real numbers, mono, resized by `scale` (Lanczos, so that shrinking does not alias). */
export async function readField(field: Field, scale = 1): Promise<Plane> {
  const image = sharp(field.path, { failOn: "warning" }).toColourspace("grey16");
  const { width, height } = await sharp(field.path).metadata();
  if (!width || !height) throw new RefocusdError("RF_TRAINING_DATA", `${basename(field.path)} has no size`);
  const resized =
    scale === 1 ? image : image.resize(Math.round(width * scale), Math.round(height * scale), { fit: "fill" });
  const { data, info } = await resized.raw({ depth: "ushort" }).toBuffer({ resolveWithObject: true });
  const pixels = new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  const values = new Float32Array(info.width * info.height);
  for (let i = 0; i < values.length; i++) values[i] = pixels[i * info.channels]!;
  return { width: info.width, height: info.height, data: values };
}
