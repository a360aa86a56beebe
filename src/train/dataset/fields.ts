import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp from "sharp";
import { asRefocusdError, RefocusdError } from "../../errors/refocusd-error.js";
import { countsOf } from "../../frames/counts.js";
import { decodeFrame } from "../../frames/decode.js";
import type { Frame } from "../../frames/frame.js";
import { imageTypeOf, MAGIC_BYTES } from "../../frames/image-type.js";
import { meanAndSd, type Plane, quantile } from "../plane.js";
import { createRandom } from "../random.js";

/** A focused frame to learn from. Fields of one group overlap on the sample and stay on one side of a split. */
export interface Field {
  readonly path: string;
  readonly group: string;
}

const IMAGE = /\.(tiff?|png|jpe?g)$/i;
/** Less than this is magnified or mirrored too much to show what cells look like. */
const LEAST_SIDE = 300;
const MAX_PIXELS = 64e6;
/** 8-bit counts are resized in 16 bits, so that interpolation does not round to whole counts. */
const EIGHT_TO_SIXTEEN = 257;

/**
 * The focused frames of a folder, in name order. A `positions.csv` with the columns `file` and `overlap_group` says which
 * fields overlap; without it each file is a group of its own.
 *
 * @param onePlace whether all of them may be of one group
 * @throws RF_TRAINING_DATA
 */
export async function listFields(folder: string, onePlace: "refused" | "allowed" = "refused"): Promise<Field[]> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw unusable(error.code === "ENOENT" ? `there is no folder ${folder}` : `${folder}: ${error.message}`, error);
  });
  const names = entries.filter((name) => IMAGE.test(name) && !name.startsWith(".")).sort();
  if (names.length === 0) throw unusable(`${folder} holds no TIFF, PNG or JPEG`);
  const groups = await readGroups(join(folder, "positions.csv"));
  const fields = names.map((name) => ({ path: join(folder, name), group: groups.get(name) ?? name }));
  if (onePlace === "refused" && new Set(fields.map((field) => field.group)).size < 2) {
    const what = names.length === 1 ? "a single field" : `${names.length} fields, all of one overlap group`;
    throw unusable(`${folder} holds ${what}: there is nothing to measure on that was not learnt from`);
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

/**
 * The counts of a field as real numbers, mono (the mean of R, G and B), resized by `scale` (Lanczos, so that shrinking does not alias).
 *
 * @throws RF_TRAINING_DATA
 */
export async function readField(field: Field, scale = 1): Promise<Plane> {
  const frame = await decodeField(field);
  const unit = frame.bitDepth === 8 ? EIGHT_TO_SIXTEEN : 1;
  const { width, height } = frame;
  const counts = monoCounts(frame, unit);
  if (scale === 1) return { width, height, data: Float32Array.from(counts, (count) => count / unit) };
  const { data, info } = await sharp(counts, { raw: { width, height, channels: 1 } })
    .toColourspace("grey16")
    .resize(Math.round(width * scale), Math.round(height * scale), { fit: "fill" })
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  const values = new Float32Array(info.width * info.height);
  for (let i = 0; i < values.length; i++) values[i] = pixels[i * info.channels]! / unit;
  return { width: info.width, height: info.height, data: values };
}

/**
 * Reads every field once, so that a bad one is told before an hour of training and not in the middle of it.
 *
 * @throws RF_TRAINING_DATA naming the fields that cannot be used
 */
export async function checkFields(fields: readonly Field[], onField: (done: number) => void = () => {}): Promise<void> {
  const problems: string[] = [];
  for (const [k, field] of fields.entries()) {
    const problem = await fieldProblem(field).catch((error: unknown) => asRefocusdError(error).detail);
    if (problem) problems.push(problem);
    onField(k + 1);
  }
  const [first, second, third, ...more] = problems;
  if (!first) return;
  const named = [first, second, third].filter((text) => text !== undefined).join("; ");
  throw unusable(`${named}${more.length > 0 ? `; and ${more.length} more` : ""}`);
}

async function fieldProblem(field: Field): Promise<string | undefined> {
  const { width, height, data } = await readField(field);
  const name = basename(field.path);
  if (Math.min(width, height) < LEAST_SIDE) return `${name} is ${width} × ${height} pixels`;
  // Images are taken relative to their median. Every 31st pixel: sorting a million took longer than reading them.
  if (
    quantile(
      data.filter((_, i) => i % 31 === 0),
      0.5,
    ) <= 0
  )
    return `${name} is dark: its median is 0`;
  return meanAndSd(data).sd === 0 ? `${name} is flat` : undefined;
}

async function decodeField({ path }: Field): Promise<Frame> {
  try {
    const bytes = await readFile(path);
    const type = imageTypeOf(path, bytes.subarray(0, MAGIC_BYTES));
    if (!type) throw new RefocusdError("RF_UNSUPPORTED_TYPE", basename(path));
    const { frame, facts } = await decodeFrame(bytes, type, 0, { maxPixels: MAX_PIXELS });
    if (frame.bitDepth > 16 || frame.sampleFormat !== undefined)
      throw new RefocusdError("RF_UNSUPPORTED_PIXELS", "training takes unsigned 8- and 16-bit pixels");
    return countsOf(frame, facts.significantBits).frame;
  } catch (error) {
    throw unusable(`${basename(path)} cannot be read: ${asRefocusdError(error).message}`, error);
  }
}

function monoCounts({ channels, data }: Frame, unit: number): Uint16Array {
  const counts = new Uint16Array(data.length / channels);
  for (let i = 0; i < counts.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += data[i * channels + c]!;
    counts[i] = Math.round((sum * unit) / channels);
  }
  return counts;
}

function unusable(detail: string, cause?: unknown): RefocusdError {
  return new RefocusdError("RF_TRAINING_DATA", detail, { cause });
}
