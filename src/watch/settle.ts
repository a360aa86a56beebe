import type { ErrorCode } from "../errors/catalogue.js";
import type { ImageType } from "../frames/image-type.js";
import type { PagePlace } from "../frames/page-place.js";
import type { FileStat } from "../system/file-system.js";

/** How long a file must be left alone before what. All in milliseconds. */
export interface SettleOptions {
  /** Unchanged for this long: worth a look inside. */
  readonly quietMs: number;
  /** Unchanged for this long and still not complete: given up until it changes. */
  readonly staleMs: number;
  /** The same for a recording, which pauses between two time points. Left out: `staleMs`. */
  readonly recordingStaleMs?: number;
  /** How much longer than `quietMs` a file has to be left alone whose end is all zeros (notes §4: 10 s). */
  readonly zeroTailMs: number;
  /** A file that could not be opened is tried again after this long. */
  readonly retryMs: number;
  /**
   * How far behind ours the clock may be that stamps the files: 0 on a local disk. A file whose stamps are older than
   * this plus the quiet period has been quiet for that period, whether or not we watched it.
   */
  readonly clockMarginMs: number;
}

/** One instant on both clocks. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** The sign by which the microscope's software says that a frame is completely written, in folders where it gives one. */
export type Marker =
  | { readonly kind: "absent" }
  /** `stampMs`: when it last changed, by the clock that also stamps the frame. */
  | { readonly kind: "present"; readonly stampMs: number };

/** What an examination of the content found. It holds for as long as the stat stays the same. */
export type Finding =
  | {
      readonly kind: "whole";
      readonly type: ImageType;
      readonly pages: number;
      readonly places?: readonly PagePlace[];
      readonly sha256: string;
    }
  | { readonly kind: "incomplete"; readonly why: string; readonly recording?: true }
  | { readonly kind: "zero-tail"; readonly why: string }
  /** Could not be opened or read. `sinceMs`, `triedMs`: monotonic, of the first and the last failed attempt in a row. */
  | { readonly kind: "unreadable"; readonly why: string; readonly sinceMs: number; readonly triedMs: number }
  | { readonly kind: "unsupported"; readonly what: string }
  | { readonly kind: "damaged"; readonly why: string }
  /** The examination itself broke. */
  | { readonly kind: "failed"; readonly why: string };

/** All that is remembered of a file that has not settled. */
export interface SettleState {
  readonly stat: FileStat;
  /** Just after this stat was first read. */
  readonly first: Moment;
  /** Just before this stat was last read. */
  readonly last: Moment;
  readonly finding: Finding | undefined;
  /** Its done marker when it was last looked at; `undefined` where frames have none. */
  readonly marker: Marker | undefined;
}

export type Decision =
  /** Look again at this moment (monotonic), or earlier. */
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "examine"; readonly acceptZeroTail: boolean }
  /** `note`: what was out of the ordinary. */
  | { readonly kind: "settled"; readonly whole: Extract<Finding, { kind: "whole" }>; readonly note?: string }
  | { readonly kind: "rejected"; readonly code: ErrorCode; readonly detail: string };

/** Whether two stats show the same content. Not by inode: some CIFS mounts invent a new one at each look. */
export function sameStat(a: FileStat, b: FileStat): boolean {
  return a.kind === b.kind && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/**
 * Takes in a stat that was read between `before` and `after`, and the marker as it was then or later. Whatever was known of another
 * stat is forgotten.
 */
export function look(
  state: SettleState | undefined,
  stat: FileStat,
  before: Moment,
  after: Moment,
  marker?: Marker,
): SettleState {
  if (state !== undefined && sameStat(state.stat, stat)) return { ...state, last: before, marker };
  return { stat, first: after, last: before, finding: undefined, marker };
}

/** Takes in what an examination found. A row of failed attempts is one: it keeps its beginning. */
export function examined(state: SettleState, finding: Finding): SettleState {
  if (finding.kind === "unreadable" && state.finding?.kind === "unreadable") {
    return { ...state, finding: { ...finding, sinceMs: state.finding.sinceMs } };
  }
  return { ...state, finding };
}

/**
 * For how long the file had certainly not changed when it was last looked at, ms: the longer of what we watched
 * (monotonic clock, at least two looks at the same stat) and what the stat itself says (wall clock). The second is what
 * lets a backlog of thousands settle without waiting for each: a copy can carry over an old mtime, but ctime is set by
 * the kernel at every change of content, name or mtime and no program can set it, so both are old only if nothing
 * happened. File systems without ctime (FAT) show the mtime there; the container check still stands behind this.
 */
export function unchangedMs(state: SettleState, options: SettleOptions): number {
  return Math.max(watchedMs(state), ageMs(state, options), 0);
}

function watchedMs(state: SettleState): number {
  return state.last.monotonicMs - state.first.monotonicMs;
}

function ageMs(state: SettleState, options: SettleOptions): number {
  return state.last.wallMs - Math.max(state.stat.mtimeMs, state.stat.ctimeMs) - options.clockMarginMs;
}

/**
 * For how long a file must have been left alone before it is worth a look inside, ms. A marker stands for the end of the writing, so
 * no quiet is needed after it; but only if nothing was written later. One that is older may be left over from an earlier run, or a
 * copying program brought it along first: then the quiet period decides. A marker that does not come is not waited for for ever.
 */
export function neededQuietMs({ stat, marker }: SettleState, options: SettleOptions): number {
  if (marker === undefined) return options.quietMs;
  if (marker.kind === "absent") return Math.max(options.quietMs, options.staleMs);
  return marker.stampMs >= Math.max(stat.mtimeMs, stat.ctimeMs) ? 0 : options.quietMs;
}

/** What to do next about a file that was just looked at. */
export function decide(state: SettleState, options: SettleOptions): Decision {
  const { stat, finding } = state;
  if (stat.kind !== "file") return rejected("RF_NOT_A_FILE", `it is a ${KIND_WORDS[stat.kind]}`);
  if (finding?.kind === "unreadable") return decideUnreadable(state, finding, options);

  const unchanged = unchangedMs(state, options);
  const waitFor = (neededMs: number): Decision => ({ kind: "wait", untilMs: untilMs(state, neededMs, options) });
  if (stat.size === 0) {
    const what = `empty for ${seconds(unchanged)}`;
    return unchanged >= options.staleMs ? rejected("RF_ZERO_BYTES", what) : waitFor(options.staleMs);
  }
  const needed = neededQuietMs(state, options);
  if (unchanged < needed) return waitFor(needed);

  const zeroTailAt = options.quietMs + options.zeroTailMs;
  if (finding === undefined) return { kind: "examine", acceptZeroTail: unchanged >= zeroTailAt };
  switch (finding.kind) {
    case "whole":
      if (state.marker?.kind !== "absent") return { kind: "settled", whole: finding };
      return { kind: "settled", whole: finding, note: `no done marker came for ${seconds(unchanged)}` };
    case "zero-tail":
      // Read again rather than believed: pre-allocated space may have been filled without a new stamp (SMB caches).
      return unchanged >= zeroTailAt ? { kind: "examine", acceptZeroTail: true } : waitFor(zeroTailAt);
    case "incomplete": {
      const staleMs = finding.recording ? (options.recordingStaleMs ?? options.staleMs) : options.staleMs;
      if (unchanged < staleMs) return waitFor(staleMs);
      return rejected("RF_INCOMPLETE", `${finding.why}; unchanged for ${seconds(unchanged)}`);
    }
    case "unsupported":
      return rejected("RF_UNSUPPORTED_TYPE", finding.what);
    case "damaged":
      return rejected("RF_DECODE_FAILED", finding.why);
    case "failed":
      return rejected("RF_INTERNAL", finding.why);
  }
}

/**
 * A file that cannot be opened may be held by the program that writes it (a CIFS mount tells a missing share mode as
 * EBUSY, EACCES, ETXTBSY or EPERM), and such a lock ends without a change of the stat: so it is tried again and again,
 * and the time counts from the first failure, not from the last change.
 */
function decideUnreadable(
  state: SettleState,
  finding: Extract<Finding, { kind: "unreadable" }>,
  options: SettleOptions,
): Decision {
  const forMs = finding.triedMs - finding.sinceMs;
  if (forMs >= options.staleMs) return rejected("RF_UNREADABLE", `${finding.why}, for ${seconds(forMs)}`);
  const againMs = finding.triedMs + Math.min(options.retryMs, options.staleMs);
  if (state.last.monotonicMs >= againMs) return { kind: "examine", acceptZeroTail: false };
  return { kind: "wait", untilMs: againMs };
}

/** When the file, if nothing happens to it, will have been unchanged for `neededMs`. */
function untilMs(state: SettleState, neededMs: number, options: SettleOptions): number {
  const dueMs = state.last.monotonicMs + neededMs - unchangedMs(state, options);
  // Where the stamps tell the time of the last change, the next look can be exactly then. Where they cannot be trusted
  // the change is as late as the look that found it, so look often: the delay is at most a quarter of the quiet period.
  if (ageMs(state, options) >= watchedMs(state) || unchangedMs(state, options) >= options.quietMs) return dueMs;
  return Math.min(dueMs, state.last.monotonicMs + options.quietMs / 4);
}

const KIND_WORDS = { directory: "folder", other: "special file (pipe, socket, device)" } as const;

function rejected(code: ErrorCode, detail: string): Decision {
  return { kind: "rejected", code, detail };
}

function seconds(ms: number): string {
  return `${ms < 10_000 ? Number((ms / 1000).toFixed(1)) : Math.round(ms / 1000)} s`;
}
