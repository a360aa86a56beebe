// What the ledger takes and gives. Plain structures of its own: the ledger shares its layer with frames/ and engines/ and
// imports neither; what those rooms produce fits structurally.

/**
 * Where a frame is on its way.
 *
 *     seen → ready → working → done | quarantined       the ordinary way
 *     working → ready                                   to be tried again; or the daemon was restarted
 *     seen → quarantined                                the file never became a frame
 *     quarantined → ready | seen                        put back by people; `seen` what was never complete
 *     seen | ready | working → gone                     the file vanished first
 *     ready | working → superseded                      the file was overwritten first
 */
export type FrameState = (typeof FRAME_STATES)[number];
export const FRAME_STATES = ["seen", "ready", "working", "done", "quarantined", "gone", "superseded"] as const;

export type Verdict = (typeof VERDICTS)[number];
export const VERDICTS = ["focused", "defocused", "uncertain", "blank"] as const;

export type SourceType = "tiff" | "png" | "jpeg" | "nd2";

/** What tells one content of a path from another without reading it. */
export interface PathStat {
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** A stat that the ledger has dealt with: as long as the file still shows it, there is nothing to do. */
export interface KnownPath extends PathStat {
  readonly path: string;
}

/** A completely written file (watch/ has made sure of that). */
export interface SettledSource extends PathStat {
  readonly path: string;
  /** Of the whole file, lower-case hex. */
  readonly sha256: string;
  readonly type: SourceType;
  /** At least 1. */
  readonly pages: number;
  /** When it was found complete. */
  readonly settledAtMs: number;
  /** When it last changed. */
  readonly lastChangeMs: number;
  /** What was out of the ordinary about it, for its story. */
  readonly note?: string;
  /** True when its name was to be read and no pattern fitted. */
  readonly isNameUnread?: boolean;
}

/** What the file's name, or the file itself, says about a frame's place in a time-lapse. */
export interface NameFacts {
  /** Everything but the time; frames that share it are one series. */
  readonly seriesKey: string | null;
  readonly well?: string | undefined;
  readonly position?: string | undefined;
  /** Index of the time point. */
  readonly time?: number | undefined;
  readonly z?: number | undefined;
  readonly channel?: string | undefined;
  readonly seq?: number | undefined;
}

/** One frame to judge, as handed to a worker. */
export interface FrameJob {
  /** The row in `frames`. */
  readonly id: number;
  readonly path: string;
  /** The watched folder it lies in. */
  readonly root: string;
  /** From 0. */
  readonly page: number;
  /** From 1; goes up when the file's content changes. */
  readonly revision: number;
  readonly sha256: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** From 1; tries cut short by a restart of the daemon do not count. */
  readonly attempt: number;
  readonly seriesKey: string | null;
  readonly position: string | null;
  readonly time: number | null;
  readonly z: number | null;
  readonly channel: string | null;
  readonly type: SourceType;
  readonly pages: number;
  /** The newest stamps under which this content was met. */
  readonly statMtimeMs: number;
  readonly statCtimeMs: number;
}

export interface ModelRef {
  readonly name: string;
  readonly version: string;
  /** Of the weights, lower-case hex. */
  readonly sha256: string;
}

export interface ModelFacts extends ModelRef {
  readonly role: "classifier" | "reconstructor";
  /** The model card, kept as JSON. */
  readonly card?: object | undefined;
}

export interface EngineRef {
  readonly name: string;
  readonly version: string;
  readonly device: string;
}

/** What the source file says about its pixels and how they were acquired. Further keys are kept in JSON. */
export interface FrameFacts {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bitDepth: number;
  readonly pixelSizeUm?: number | undefined;
  /** Since the start of the acquisition. */
  readonly acquiredMs?: number | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly acquiredAtMs?: number | undefined;
  readonly stageUm?: { readonly x: number; readonly y: number; readonly z: number } | undefined;
  readonly objective?: string | undefined;
  readonly na?: number | undefined;
  readonly magnification?: number | undefined;
  readonly emissionNm?: number | undefined;
  readonly exposureMs?: number | undefined;
  readonly camera?: string | undefined;
  readonly channelName?: string | undefined;
}

export interface Thresholds {
  /** pDefocused below this is `focused`. */
  readonly focusedBelow: number;
  /** pDefocused above this is `defocused`. */
  readonly defocusedAbove: number;
}

export interface ReconstructionResult {
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** 0 to 1; null where it was not estimated. */
  readonly trust: number | null;
}

/** What is written beside a verdict: maps for looking at; a page taken out of a larger file, pixel by pixel. */
export type CompanionKind = (typeof COMPANION_KINDS)[number];
export const COMPANION_KINDS = ["focus-map", "trust-map", "extract"] as const;

export interface CompanionResult {
  readonly kind: CompanionKind;
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Where the network looked in one tile, pixels of the frame, and what is to be seen there: why the tile counts as much as it does. */
export interface TileBasis {
  readonly left: number;
  readonly top: number;
  readonly side: number;
  readonly contrast: number;
  readonly signalToNoise: number;
  /** It shows nothing, and has no say in the verdict. */
  readonly isBlank: boolean;
}

/** How stored values became what the networks saw: count = (value - offset) * scale; input = (count - mean) / sd, by channel. */
export interface Normalisation {
  readonly offset: number;
  readonly scale: number;
  /** The largest count that may be written back. */
  readonly largest: number;
  readonly channels: readonly { readonly mean: number; readonly sd: number }[];
}

/** How a reconstruction is written. */
export interface Writing {
  readonly compression: "deflate" | "none";
  /** What stands in ImageDescription. */
  readonly description: "imagej" | "ome";
  /** Whether a JSON file with the provenance is written beside it. */
  readonly sidecar: boolean;
  /** Of which frames a focus map is written; left out, as the two that follow, by versions that wrote none: of none. */
  readonly focusMap?: "none" | "reconstructed" | "all";
  /** Whether a trust map is written of each reconstruction. */
  readonly trustMap?: boolean;
  /** Pages of larger files are written as files of their own, but where a reconstruction stands for them in a series: with these verdicts. */
  readonly extract?: { readonly reconstructionOf: readonly Verdict[] };
}

/** The settings under which a frame was worked on, beside its thresholds. */
export interface FrameSettings {
  readonly reconstruct: "defocused" | "always" | "never";
  /** Whether what the network made of it was held to the frame; left out by versions that could not. */
  readonly holdToSource?: boolean;
  /** Left out by versions that estimated no trust. */
  readonly lowTrustBelow?: number;
  readonly maxPixels: number;
  /** Left out by versions that knew but one way: uncompressed, with ImageJ's description. */
  readonly writing?: Writing;
  /** Inside an operation; null: as many as the engine takes by itself. */
  readonly threads: number | null;
  /** Of the configuration in force when the frame had its turn. */
  readonly configSha256: string | null;
}

/** How far a frame is out of focus by its power spectrum: |z| in DOF units, and the interval that holds it in 68 % of cases. */
export interface DistanceFacts {
  readonly dof: number;
  readonly low: number;
  readonly high: number;
}

/** What a worker found out about a frame. */
export interface FrameResult {
  readonly verdict: Verdict;
  /** 0 to 1; null for a frame that no network saw (blank). */
  readonly pDefocused: number | null;
  /** What the power spectrum alone says, 0 to 1. Left out or null: it was not asked. */
  readonly pSpectrum?: number | null;
  /** Left out or null: no model told it. */
  readonly distance?: DistanceFacts | null;
  /** P(defocused) per tile, rows × columns. */
  readonly focusMap: readonly (readonly number[])[] | null;
  /** In the order of the focus map, row by row. */
  readonly tiles?: readonly TileBasis[];
  readonly normalisation?: Normalisation;
  readonly settings?: FrameSettings;
  readonly facts: FrameFacts;
  /** The thresholds that made the verdict. */
  readonly thresholds: Thresholds | null;
  /** Other numbers about the frame, by name. */
  readonly scores: Readonly<Record<string, number | null>>;
  /** Milliseconds by step. */
  readonly timings: Readonly<Record<string, number>>;
  readonly classifier: ModelRef | null;
  readonly reconstructor: ModelRef | null;
  readonly engine: EngineRef | null;
  readonly reconstruction: ReconstructionResult | null;
  /** Left out: none. */
  readonly companions?: readonly CompanionResult[];
}

export interface Failure {
  /** From the catalogue in src/errors. */
  readonly code: string;
  readonly detail: string;
}

/**
 * Codes with which a frame is handed back by `hold`: it was judged, and what is made of it cannot be written now, through no fault of its
 * own.
 */
export const HOLD_CODES = ["RF_DISK_LOW", "RF_DISK_FULL", "RF_OUTPUT_UNWRITABLE"] as const;
export type HoldCode = (typeof HOLD_CODES)[number];

export function isHoldCode(code: string | null): code is HoldCode {
  return HOLD_CODES.some((each) => each === code);
}

/** What is to become of a frame that failed. */
export type AfterFailure = { readonly kind: "retry"; readonly notBefore: number } | { readonly kind: "quarantine" };

export interface RunFacts {
  /** refocusd's own version. */
  readonly version: string;
  readonly configSha256: string;
  readonly host: string;
  readonly engine: EngineRef | null;
  readonly machine?: Machine;
}

/** What a run computes on: the last digits of a network's answer depend on it. */
export interface Machine {
  /** Such as "v20.19.4". */
  readonly node: string;
  /** Such as "linux x64". */
  readonly platform: string;
  readonly cpu: string;
}
