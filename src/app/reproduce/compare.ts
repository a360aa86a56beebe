import type { FrameStory } from "../../ledger/story.js";
import type { DistanceFacts, EngineRef, Failure, FrameResult, Machine } from "../../ledger/types.js";
import type { PixelComparison } from "./compare-pixels.js";

/** A value then and now. */
export interface Compared<T> {
  readonly same: boolean;
  readonly recorded: T;
  readonly found: T;
}

/** Something in which now is not as then, and which can change the last digits, or what stands in the file. */
export interface Circumstance {
  readonly what: string;
  /** Null where the ledger does not tell. */
  readonly recorded: string | null;
  readonly now: string | null;
}

export interface ReconstructionComparison extends Compared<string | null> {
  /** Null where the recorded file is not there any more, or is not what was recorded; or where there is only one. */
  readonly pixels: PixelComparison | null;
  /** Why there is no comparison of pixels, where one was to be expected. */
  readonly whyNoPixels: string | null;
}

/** What came out when a frame was run again. */
export interface Reproduction {
  readonly path: string;
  readonly page: number;
  readonly revision: number;
  /** The same source, verdict, probabilities and bytes. */
  readonly same: boolean;
  /** SHA-256; `found` is null for a file that is not there. Where it differs, the rest is not run. */
  readonly source: Compared<string | null>;
  /** Why the run has no result now, where it had one then. */
  readonly failure: Failure | null;
  readonly verdict: Compared<string | null> | null;
  readonly pDefocused: Compared<number | null> | null;
  /** Of the power spectrum alone; null for a frame of which it was not asked. */
  readonly pSpectrum: Compared<number | null> | null;
  /** From focus, by the power spectrum; null for a frame of which no model told it. */
  readonly distance: Compared<DistanceFacts | null> | null;
  /** Null where the ledger has none (any more). `maxDifference` is null where the grid is another one. */
  readonly tiles: { readonly same: boolean; readonly count: number; readonly maxDifference: number | null } | null;
  /** Mean and s.d. of each channel, and how values became counts; null where the ledger has none (any more). */
  readonly normalisation: { readonly same: boolean } | null;
  /** SHA-256 of the files; null for a frame that was not reconstructed. */
  readonly reconstruction: ReconstructionComparison | null;
  readonly circumstances: readonly Circumstance[];
}

/** What a run works with now. */
export interface Circumstances {
  readonly version: string;
  readonly engine: EngineRef;
  /** Name and version. */
  readonly classifier: string | null;
  readonly threads: number | null;
  readonly machine: Machine;
}

/** Everything but pixels, which take the files. */
export function compareResults(
  story: FrameStory,
  now: FrameResult,
): Pick<Reproduction, "verdict" | "pDefocused" | "pSpectrum" | "distance" | "tiles" | "normalisation"> {
  const { focusMap: was, normalisation } = story;
  return {
    verdict: compared<string | null>(story.verdict, now.verdict),
    pDefocused: compared(story.pDefocused, now.pDefocused),
    pSpectrum: compareSpectra(story.pSpectrum, now.pSpectrum ?? null),
    distance: compareDistances(story.distance, now.distance ?? null),
    tiles: was === null ? null : compareMaps(was, now.focusMap ?? []),
    // The ledger has what was JSON: the same digits, since JavaScript writes the shortest that read back as the same number.
    normalisation:
      normalisation === null
        ? null
        : { same: JSON.stringify(normalisation) === JSON.stringify(now.normalisation ?? null) },
  };
}

function compareSpectra(was: number | null, is: number | null): Reproduction["pSpectrum"] {
  return was === null && is === null ? null : compared(was, is);
}

function compareDistances(was: DistanceFacts | null, is: DistanceFacts | null): Reproduction["distance"] {
  if (was === null && is === null) return null;
  const same = was?.dof === is?.dof && was?.low === is?.low && was?.high === is?.high;
  return { same, recorded: was, found: is };
}

type FocusMap = readonly (readonly number[])[];

export function compareMaps(was: FocusMap, is: FocusMap): NonNullable<Reproduction["tiles"]> {
  const [a, b] = [was.flat(), is.flat()];
  const isSameGrid = was.length === is.length && was.every((row, r) => row.length === is[r]?.length);
  if (!isSameGrid) return { same: false, count: a.length, maxDifference: null };
  const maxDifference = a.reduce((most, p, i) => Math.max(most, Math.abs(p - b[i]!)), 0);
  return { same: maxDifference === 0, count: a.length, maxDifference };
}

/** In what now is not as it was then. Same in all of it, a frame comes out the same to the last bit. */
export function differingCircumstances(story: FrameStory, now: Circumstances): Circumstance[] {
  const { engine, settings, classifier } = story;
  const run = story.run ?? { version: null, cpu: null, platform: null, node: null };
  const all: Circumstance[] = [
    { what: "refocusd", recorded: run.version, now: now.version },
    {
      what: "engine",
      recorded: engine && `${engine.name} ${engine.version}`,
      now: `${now.engine.name} ${now.engine.version}`,
    },
    // The same weights, but a version may differ in what the card says of the spectrum.
    { what: "classifier", recorded: classifier && `${classifier.name} ${classifier.version}`, now: now.classifier },
    { what: "device", recorded: engine?.device ?? null, now: now.engine.device },
    { what: "threads", recorded: settings && threadsText(settings.threads), now: threadsText(now.threads) },
    { what: "processor", recorded: run.cpu, now: now.machine.cpu },
    { what: "platform", recorded: run.platform, now: now.machine.platform },
    { what: "Node", recorded: run.node, now: now.machine.node },
  ];
  return all.filter(({ recorded, now: is }) => recorded !== is);
}

export function compared<T>(recorded: T, found: T): Compared<T> {
  return { same: recorded === found, recorded, found };
}

function threadsText(threads: number | null): string {
  return threads === null ? "auto" : String(threads);
}
