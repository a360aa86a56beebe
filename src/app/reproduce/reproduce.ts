import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { asRefocusdError, RefocusdError } from "../../errors/refocusd-error.js";
import type { LedgerReader } from "../../ledger/ledger.js";
import type { FrameStory } from "../../ledger/story.js";
import type { PathStat } from "../../ledger/types.js";
import type { FileSystem } from "../../system/file-system.js";
import { machineFacts } from "../machine-facts.js";
import { version } from "../version.js";
import { chooseFrames, type Wanted } from "./choose.js";
import {
  compared,
  compareResults,
  differingCircumstances,
  type ReconstructionComparison,
  type Reproduction,
} from "./compare.js";
import { comparePixels } from "./compare-pixels.js";
import { createRunner, type RunAgainDeps } from "./run-again.js";

export interface ReproduceDeps extends RunAgainDeps {
  readonly ledger: Pick<LedgerReader, "story">;
  readonly fs: Pick<FileSystem, "stat" | "hash">;
  /** As they come. */
  readonly onFrame: (reproduction: Reproduction) => void;
}

/** What is at the source's path. */
interface SourceNow {
  readonly sha256: string | null;
  readonly stat: PathStat | undefined;
}

/**
 * Runs judged frames again, with the models and settings that the ledger has of them, in a temporary folder, and compares. Ledger and
 * outputs are only read.
 * @returns how many frames were run, and how many did not come out the same
 * @throws RF_NOT_JUDGED when the ledger has no judged frame of this path; RF_MODEL_REPLACED, and other reasons why nothing can be run
 */
export async function reproduce(wanted: Wanted, deps: ReproduceDeps): Promise<{ frames: number; different: number }> {
  const stories = deps.ledger.story(wanted.path);
  const [first] = stories;
  if (first === undefined) throw new RefocusdError("RF_NOT_JUDGED", `${wanted.path}: the ledger does not know it`);
  const source = await sourceNow(first.path, deps.fs);
  const frames = chooseFrames(stories, wanted, source.sha256);
  if (frames.length === 0) {
    const states = [...new Set(stories.map(({ state }) => state))].join(", ");
    const page = wanted.page === undefined ? "" : ` page ${wanted.page}`;
    throw new RefocusdError("RF_NOT_JUDGED", `${first.path}${page}: the ledger has it as ${states}`);
  }
  const folder = await mkdtemp(join(tmpdir(), "refocusd-reproduce-"));
  const runner = createRunner(deps);
  let different = 0;
  try {
    for (const story of frames) {
      const output = join(folder, basename(story.reconstruction?.path ?? "none.tif"));
      const one = await reproduceFrame(story, source, output, deps, runner);
      if (!one.same) different++;
      deps.onFrame(one);
      await rm(output, { force: true });
    }
  } finally {
    await runner.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return { frames: frames.length, different };
}

async function reproduceFrame(
  story: FrameStory,
  { sha256, stat }: SourceNow,
  output: string,
  deps: ReproduceDeps,
  runner: ReturnType<typeof createRunner>,
): Promise<Reproduction> {
  const { path, page, revision } = story;
  const source = compared(story.sha256, sha256);
  const nothing = {
    ...{ verdict: null, pDefocused: null, pSpectrum: null, distance: null, tiles: null },
    ...{ normalisation: null, reconstruction: null },
  };
  const base = { path, page, revision, source, failure: null, ...nothing };
  if (!source.same || stat === undefined) return { ...base, same: false, circumstances: [] };
  const { identity, threads, outcome } = await runner.run(story, stat, output);
  const judge = identity.models.find(({ role }) => role === "classifier");
  const classifier = judge ? `${judge.name} ${judge.version}` : null;
  const now = { version: version(), engine: identity.engine, classifier, threads, machine: machineFacts() };
  const circumstances = differingCircumstances(story, now);
  if ("failure" in outcome) return { ...base, same: false, failure: outcome.failure, circumstances };
  const results = compareResults(story, outcome.result);
  const madeNow = outcome.result.reconstruction;
  const reconstruction = await compareFiles(story, madeNow === null ? null : { ...madeNow, path: output }, deps);
  const parts = [
    results.verdict,
    results.pDefocused,
    results.pSpectrum,
    results.distance,
    results.tiles,
    results.normalisation,
    reconstruction,
  ];
  return { ...base, ...results, reconstruction, circumstances, same: parts.every((part) => part?.same !== false) };
}

async function compareFiles(
  { reconstruction, settings }: FrameStory,
  found: { readonly path: string; readonly sha256: string } | null,
  { fs }: ReproduceDeps,
): Promise<ReconstructionComparison | null> {
  if (reconstruction === null) return null;
  const bytes = compared<string | null>(reconstruction.sha256, found?.sha256 ?? null);
  if (bytes.same) return { ...bytes, pixels: null, whyNoPixels: null };
  const without = (whyNoPixels: string) => ({ ...bytes, pixels: null, whyNoPixels });
  if (found === null) return without("nothing was reconstructed this time");
  const there = await sourceNow(reconstruction.path, fs);
  if (there.sha256 === null) return without("the recorded file is not there any more");
  if (there.sha256 !== reconstruction.sha256) return without("the recorded file was altered since");
  try {
    const maxPixels = settings?.maxPixels ?? Number.MAX_SAFE_INTEGER;
    return { ...bytes, pixels: await comparePixels(reconstruction.path, found.path, maxPixels), whyNoPixels: null };
  } catch (error) {
    return without(asRefocusdError(error).message);
  }
}

/** @throws RF_UNREADABLE */
async function sourceNow(path: string, fs: ReproduceDeps["fs"]): Promise<SourceNow> {
  try {
    const stat = await fs.stat(path);
    return stat?.kind === "file" ? { stat, sha256: await fs.hash(path) } : { stat: undefined, sha256: null };
  } catch (error) {
    throw new RefocusdError("RF_UNREADABLE", `${path}: ${(error as Error).message}`, { cause: error });
  }
}
