import { createHash } from "node:crypto";
import { basename, dirname, extname, join, relative } from "node:path";

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
}

/**
 * Where the reconstruction of a frame is written: the source's place in its folder, repeated below the output folder, its name marked
 * `.reconstructed`. Derived from the frame's identity alone, so that a repeated attempt replaces its own file and nothing else.
 * `a.tif` → `a.reconstructed.tif`; other suffixes stay (`a.png.reconstructed.tif`); page 3 of several: `.p003`; second content: `.r2`.
 */
export function outputPath(output: string, frame: OutputIdentity): string {
  const name = basename(frame.path);
  const stem = extname(name) === ".tif" ? name.slice(0, -4) : name;
  const page = frame.pages > 1 ? `.p${String(frame.page).padStart(3, "0")}` : "";
  const revision = frame.revision > 1 ? `.r${frame.revision}` : "";
  const end = `${page}${revision}${MARK}.tif`;
  return join(
    output,
    relative(frame.root, dirname(frame.path)),
    `${fitting(stem, NAME_MAX - ROOM - end.length)}${end}`,
  );
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
