import { createHash } from "node:crypto";
import { basename, dirname, extname, join, relative } from "node:path";
import type { CompanionKind } from "../ledger/types.js";

const MAPS = "maps";
const MARK = ".reconstructed";
/** Longest file name on ext4, XFS and NTFS alike, bytes. */
const NAME_MAX = 255;
/** The temporary file beside it is called `.<name>.tmp`. */
const ROOM = 5;

/** What decides where a reconstruction goes. */
export interface OutputIdentity {
  /** The watched folder. */
  readonly root: string;
  readonly path: string;
  readonly page: number;
  readonly pages: number;
  readonly revision: number;
  readonly type: string | null;
  /** Where the page stands in the experiment; of an ND2 it becomes part of the name. */
  readonly position: string | null;
  readonly time: number | null;
  readonly z: number | null;
  readonly channel: string | null;
}

/**
 * Where the reconstruction of a frame is written: the source's place in its folder, repeated below the output folder, its name marked
 * `.reconstructed`. Derived from the frame's identity alone, so that a repeated attempt replaces its own file and nothing else.
 * `a.tif` → `a.reconstructed.tif`; other suffixes stay (`a.png.reconstructed.tif`); page 3 of several: `.p003`; second content: `.r2`.
 * A page of an ND2 also has its place: `a.nd2.t003xy02z005.DAPI.p014.reconstructed.tif`.
 */
export function outputPath(output: string, frame: OutputIdentity): string {
  const name = basename(frame.path);
  const stem = extname(name) === ".tif" ? name.slice(0, -4) : name;
  const page = frame.pages > 1 ? `.p${String(frame.page).padStart(3, "0")}` : "";
  const revision = frame.revision > 1 ? `.r${frame.revision}` : "";
  const place = frame.pages > 1 && frame.type === "nd2" ? placeOf(frame) : "";
  const end = `${place}${page}${revision}${MARK}.tif`;
  return join(
    output,
    relative(frame.root, dirname(frame.path)),
    `${fitting(stem, NAME_MAX - ROOM - end.length)}${end}`,
  );
}

/** The JSON file beside a reconstruction: `a.reconstructed.tif` → `a.reconstructed.json`. */
export function sidecarPath(output: string): string {
  return `${output.slice(0, -extname(output).length)}.json`;
}

/**
 * What else is written of a frame: maps in a folder of their own, so that reconstructions can still be opened as a folder of images; an extract
 * beside the reconstructions. `a.reconstructed.tif` → `maps/a.focus-map.png`, `a.extract.tif`.
 */
export function companionPath(output: string, kind: CompanionKind): string {
  const stem = basename(output, `${MARK}.tif`);
  return kind === "extract"
    ? join(dirname(output), `${stem}.${kind}.tif`)
    : join(dirname(output), MAPS, `${stem}.${kind}.png`);
}

/** In NIS-Elements' letters, but for the channel: names are told apart better than numbers. */
function placeOf({ time, position, z, channel }: OutputIdentity): string {
  const number = (n: number) => String(n).padStart(3, "0");
  const axes = [
    time === null ? "" : `t${number(time)}`,
    position === null ? "" : `xy${position}`,
    z === null ? "" : `z${number(z)}`,
  ];
  const name = (channel ?? "").replaceAll(/[^\p{L}\p{N}+-]+/gu, "-").replaceAll(/^-+|-+$/g, "");
  // Letters take up to four bytes each, and a name has room for 255.
  const parts = [axes.join(""), [...name].slice(0, 24).join("")].filter((part) => part !== "");
  return parts.map((part) => `.${part}`).join("");
}

/** A stem too long for one more suffix is cut, and told apart by its hash. */
function fitting(stem: string, most: number): string {
  if (Buffer.byteLength(stem) <= most) return stem;
  const hash = createHash("sha256").update(stem).digest("hex").slice(0, 12);
  let cut = "";
  for (const character of stem) {
    if (Buffer.byteLength(cut + character) > most - hash.length - 1) break;
    cut += character;
  }
  return `${cut}~${hash}`;
}
