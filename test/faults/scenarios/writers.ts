import { mkdir, open, unlink, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { simulate } from "../../../src/simulate/microscope.js";
import type { WriteMode } from "../../../src/simulate/write-plan.js";
import type { Random } from "../../../src/train/random.js";
import type { Expectation } from "../expectation.js";
import { sha256, smallTiff, twoPages } from "../frames.js";

/** Where a writer writes, and a number that no other writer of the run has. */
export interface Order {
  readonly folder: string;
  readonly number: number;
  readonly random: Random;
}

type Writer = (order: Order) => Promise<Expectation[]>;

/** The ways in which files come into being, change and go in a laboratory. */
export const WRITERS: Readonly<Record<string, Writer>> = {
  "as NIS-Elements writes": inMode("nis", 400),
  "temporary name, then rename": inMode("rename", 300),
  "pre-allocated, then filled": inMode("preallocate", 800),
  "directory first, then pixels": inMode("ifd-first", 800),
  "at once": inMode("burst", 0),
  // Twenty pauses, each twice the quiet period: only the container tells that it is not whole.
  "slow, with long pauses": inMode("nis", 12_000),
  "slow, pre-allocated": inMode("preallocate", 12_000),

  async "copy with an old mtime"(order) {
    const { path, bytes } = target(order, "copy");
    await put(path, bytes);
    const old = new Date("2021-03-04T05:06:07Z");
    await utimes(path, old, old);
    return [judged(path, bytes)];
  },

  async "overwritten in place"(order) {
    const { path, bytes } = target(order, "over");
    await put(path, bytes);
    await sleep(order.random.between(0, 4000));
    // The same length: only stamps and content tell.
    const other = smallTiff(seedOf(order) + 1);
    const file = await open(path, "r+");
    await file.write(other, 0, other.length, 0);
    await file.close();
    return [{ ...judged(path, other), contents: 2 }];
  },

  async "a page appended"(order) {
    const path = join(order.folder, nameOf(order, "pages"));
    const one = smallTiff(seedOf(order));
    const two = twoPages(seedOf(order), seedOf(order) + 1);
    await put(path, one);
    await sleep(order.random.between(0, 3000));
    // As libtiff appends: the new page behind the end, then the last directory is pointed at it.
    const file = await open(path, "r+");
    await file.write(two, one.length, two.length - one.length, one.length);
    await file.write(two, 0, one.length, 0);
    await file.close();
    return [{ ...judged(path, two), pages: 2, contents: 2 }];
  },

  async deleted(order) {
    const { path, bytes } = target(order, "deleted");
    await put(path, bytes);
    await sleep(order.random.between(0, 3000));
    await unlink(path);
    return [{ ...judged(path, bytes), sha256: null }];
  },

  async "the same content twice"(order) {
    const { path, bytes } = target(order, "twin");
    const twin = join(order.folder, `again ${basename(path)}`);
    await put(path, bytes);
    await put(twin, bytes);
    return [judged(path, bytes), judged(twin, bytes)];
  },

  async "names that programs stumble over"(order) {
    const { random, folder, number } = order;
    const names = [
      `two  blanks ${number}.tif`,
      `Zürich 細胞 🔬 ${number}.tif`,
      `it's "quoted" ${number}.tif`,
      `line\nbreak ${number}.tif`,
      `-r --help ${number}.tif`,
      `%s $HOME \`x\` ${number}.TIF`,
      `${`${number}-`.padEnd(251, "x")}.tif`,
    ];
    const bytes = smallTiff(seedOf(order));
    const path = join(folder, random.pick(names));
    await put(path, bytes);
    return [judged(path, bytes)];
  },
};

function inMode(mode: WriteMode, longestMs: number): Writer {
  return async (order) => {
    const { path, bytes } = target(order, mode);
    const writeMs = order.random.between(longestMs / 2, longestMs);
    await simulate({
      frames: [{ name: basename(path), bytes }],
      target: dirname(path),
      intervalMs: 0,
      writeMs,
      mode,
    });
    return [judged(path, bytes)];
  };
}

function target(order: Order, prefix: string): { path: string; bytes: Buffer } {
  return { path: join(order.folder, nameOf(order, prefix)), bytes: smallTiff(seedOf(order)) };
}

/** Series of some ten time points, in NIS-Elements' manner. */
function nameOf({ number }: Order, prefix: string): string {
  return `${prefix}_t${String(number).padStart(6, "0")}xy${(number % 7) + 1}c1.tif`;
}

function seedOf({ number }: Order): number {
  return number * 2;
}

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

function judged(path: string, bytes: Uint8Array): Expectation {
  return { path, kind: "", sha256: sha256(bytes), pages: 1, contents: 1 };
}
