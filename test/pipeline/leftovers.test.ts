import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { removeLeftovers } from "../../src/pipeline/leftovers.js";
import { outputPath } from "../../src/pipeline/output-path.js";
import {
  frameResult,
  handClock,
  openTestLedger,
  ROOT,
  settledSource,
  sha,
  temporaryFolder,
} from "../ledger/support.js";

const clock = handClock();
const path = `${ROOT}/run 1/a.tif`;
let ledger: Ledger;
let output: string;
let first: string;

beforeEach(() => {
  ledger = openTestLedger({ clock });
  output = temporaryFolder();
  const nowhere = { type: "tiff", position: null, time: null, z: null, channel: null };
  first = outputPath(output, { root: ROOT, path, page: 0, pages: 1, revision: 1, ...nowhere });
});

const remove = () => removeLeftovers({ clock, ledger, outputOf: (root) => (root === ROOT ? output : undefined) });

function write(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "reconstruction");
}

/** The kill falls between the rename of the output and the commit; then the file is overwritten before its turn comes again. */
function killedThenOverwritten(): void {
  ledger.seen(ROOT, path, clock.now());
  ledger.settled(ROOT, settledSource(path), undefined);
  ledger.takeReady(clock.now(), 1);
  write(first);
  ledger.recover();
  ledger.settled(ROOT, settledSource(path, { sha256: sha("b"), settledAtMs: clock.now() }), undefined);
}

test("removes the output of a frame that was superseded after a kill, and its temporary file", async () => {
  killedThenOverwritten();
  const temporary = join(dirname(first), ".a.reconstructed.tif.tmp");
  write(temporary);
  expect(await remove()).toEqual([first, temporary]);
  expect(existsSync(first)).toBe(false);
  expect(await remove()).toEqual([]);
});

test("removes maps that no row names, too", async () => {
  killedThenOverwritten();
  const map = join(dirname(first), "maps", "a.focus-map.png");
  write(map);
  expect(await remove()).toEqual([first, map]);
});

test("leaves an output alone whose frame will be tried again, or is done", async () => {
  ledger.seen(ROOT, path, clock.now());
  ledger.settled(ROOT, settledSource(path), undefined);
  ledger.takeReady(clock.now(), 1);
  write(first);
  ledger.recover();
  expect(await remove()).toEqual([]);
  const [job] = ledger.takeReady(clock.now(), 1);
  const reconstruction = { path: first, sha256: sha("c"), size: 14, trust: null };
  const reconstructor = { name: "resunet-lite", version: "1", sha256: sha("d") };
  ledger.finished(job!.id, frameResult({ verdict: "defocused", reconstruction, reconstructor }), clock.now());
  expect(await remove()).toEqual([]);
  expect(existsSync(first)).toBe(true);
});

test("leaves folders alone that are no longer watched", async () => {
  killedThenOverwritten();
  expect(await removeLeftovers({ clock, ledger, outputOf: () => undefined })).toEqual([]);
  expect(existsSync(first)).toBe(true);
});
