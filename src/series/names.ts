import { createHash } from "node:crypto";
import { extname, join } from "node:path";
import type { SeriesId } from "./series.js";

/** Longest file name on ext4, XFS and NTFS alike is 255 bytes. */
const NAME_MAX = 200;
/** What Windows allows in no name, and the characters that have a meaning here. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_AS_IT_IS = /[\u0000-\u001f\u007f<>:"/\\|?*%+]|^\.|[. ]$/g;
const LEAST_DIGITS = 4;

/**
 * Where the folder of a series goes, below the folder of all series: `srv+microscope+export/<sub-folders>/run+xy01+c1`. No two series share
 * one: parts are joined by "+", which is escaped inside of them.
 */
export function seriesFolder({ root, seriesKey }: SeriesId): string {
  const [folder = "", ...parts] = seriesKey.split("|");
  const top = root.split("/").filter((part) => part !== "");
  return join(
    shortened(top.map(escaped).join("+")),
    ...folder.split("/").map((part) => shortened(escaped(part))),
    nameOf(parts),
  );
}

/** @param parts prefix, well, position, channel, z, each empty where the series has none */
function nameOf([prefix = "", well = "", position = "", channel = "", z = ""]: readonly string[]): string {
  const axes = [
    ["well", well],
    ["xy", position],
    ["c", channel],
    ["z", z],
  ].flatMap(([axis, value]) => (value === "" ? [] : [`${axis}${escaped(value ?? "")}`]));
  // Always with a "+", so that a series is never called like a sub-folder.
  return shortened([escaped(prefix), ...(axes.length > 0 ? axes : ["t"])].join("+"));
}

function escaped(part: string): string {
  return part.replaceAll(NOT_AS_IT_IS, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** A name that is too long is cut, and told apart by its hash. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= NAME_MAX) return name;
  let cut = "";
  for (const character of name) {
    if (Buffer.byteLength(cut + character) > NAME_MAX - 20) break;
    cut += character;
  }
  return `${cut}%${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}

/** In the folder itself, so that it goes where the frames go. ImageJ passes over it (1.53t, virtual stacks too). */
export function manifestFile(folder: string): string {
  return join(folder, "manifest.csv");
}

/** Digits of the time points in names: the same for all, so that they sort as texts too. */
export function timeDigits(last: number): number {
  return Math.max(LEAST_DIGITS, String(last).length);
}

/** No other digits: ImageJ sorts by all digits of a name. */
export function entryName(
  time: number,
  digits: number,
  mark: "" | ".extract" | ".reconstructed" | ".placeholder",
  suffix: string,
) {
  return `t${String(time).padStart(digits, "0")}${mark}${suffix}`;
}

/** Names that this program may have given to files in the folder of a series. */
export const OWN_ENTRY = /^t\d{4,}(\.extract|\.reconstructed|\.placeholder)?\.(tif|png|jpg)$/;
export const OWN_TEMPORARY =
  /^\.(manifest\.csv|t\d{4,}(\.extract|\.reconstructed|\.placeholder)?\.(tif|png|jpg))\.tmp$/;

/** One spelling for each type, so that a folder of mixed exports is sorted by time alone. */
export function suffixOf(path: string): string {
  const suffix = extname(path).toLowerCase();
  if (suffix === ".png") return ".png";
  return suffix === ".jpg" || suffix === ".jpeg" ? ".jpg" : ".tif";
}
