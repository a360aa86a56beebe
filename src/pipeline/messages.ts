import type { EngineChoice } from "../engines/open-engine.js";
import type {
  EngineRef,
  Failure,
  FrameResult,
  HoldCode,
  ModelFacts,
  PathStat,
  SourceType,
  Thresholds,
  Writing,
} from "../ledger/types.js";
import type { ModelFolders } from "../models/registry.js";

// What supervisor and workers say to each other. Never pixels: a worker reads its file and writes its output itself.

/** What a worker is given once, when it starts. */
export interface WorkerSettings {
  readonly engine: EngineChoice;
  readonly models: ModelFolders;
  readonly classifier: string;
  /** Of the classifier's weights, where none but these are meant. */
  readonly classifierSha256?: string;
  readonly reconstructor: string;
  /** refocusd's version, for the files it writes. */
  readonly version: string;
}

/** Why nothing is reconstructed of a watched folder. */
export interface Hold {
  readonly code: HoldCode;
  readonly why: string;
}

/** One frame to work on. */
export interface WorkerJob {
  readonly id: number;
  readonly path: string;
  readonly page: number;
  readonly pages: number;
  readonly type: SourceType;
  /** Of the file as it was settled: other bytes are not judged. */
  readonly sha256: string;
  /** The newest stat under which this content was met. */
  readonly stat: PathStat;
  /** Where a reconstruction is to be written. */
  readonly output: string;
  readonly reconstruct: "defocused" | "always" | "never";
  /** Why nothing may be reconstructed now. A frame that needs it is judged and comes back as failed with this code. */
  readonly hold?: Hold;
  readonly thresholds: Thresholds;
  /** The tiles alone decide, whatever the classifier's card has: for frames that were judged so. */
  readonly withoutSpectrum?: true;
  /** It is to be judged as by a classifier that tells no distance from focus, whatever its card says. */
  readonly withoutDistance?: true;
  /** Whether what the network makes of it is held to the frame by the optics. */
  readonly holdToSource: boolean;
  /** A reconstruction whose trust is below this is told to be so, in the file itself as well. */
  readonly lowTrustBelow: number;
  readonly maxPixels: number;
  readonly writing: Writing;
  /** Of the configuration that these settings are from, for the ledger. */
  readonly configSha256?: string;
}

export type ToWorker =
  | { readonly kind: "start"; readonly settings: WorkerSettings }
  | { readonly kind: "job"; readonly job: WorkerJob };

/** What a worker is, once it has loaded and tested everything. */
export interface WorkerIdentity {
  readonly engine: EngineRef;
  readonly models: readonly ModelFacts[];
}

export type FromWorker =
  | { readonly kind: "ready"; readonly identity: WorkerIdentity }
  | { readonly kind: "unfit"; readonly failure: Failure }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "done"; readonly id: number; readonly result: FrameResult }
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure };
