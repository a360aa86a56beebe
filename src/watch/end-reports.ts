import { asRefocusdError } from "../errors/refocusd-error.js";
import type { Log } from "../log/log.js";
import type { Clock } from "../system/clock.js";
import type { Candidate } from "./candidate.js";
import type { WatchSink } from "./sink.js";

/** In a burst, files that come to their end are reported together, one transaction for so many or for what comes in so long. */
const AT_ONCE = 100;
const WITHIN_MS = 100;

export interface EndReportsDeps {
  readonly sink: WatchSink;
  readonly log: Log;
  readonly clock: Clock;
  /** Whether other files are being read that may soon come to their end as well. */
  readonly moreToCome: () => boolean;
  readonly onReported: (candidate: Candidate) => void;
  /** The sink would not have it: disk full, ledger busy. */
  readonly onRefused: (candidate: Candidate) => void;
}

/** Files that have come to their end, on their way to the sink. */
export class EndReports {
  readonly #deps: EndReportsDeps;
  readonly #stopping: AbortSignal;
  #waiting: { readonly candidate: Candidate; readonly report: () => void }[] = [];
  #planned: Promise<void> | undefined;

  constructor(deps: EndReportsDeps, stopping: AbortSignal) {
    this.#deps = deps;
    this.#stopping = stopping;
  }

  put(candidate: Candidate, report: () => void): void {
    this.#waiting.push({ candidate, report });
    this.makeWhenDue();
    if (this.#waiting.length > 0) this.#planned ??= this.#makeSoon();
  }

  /** At once when no other file is being read that may soon join them. */
  makeWhenDue(): void {
    if (!this.#deps.moreToCome() || this.#waiting.length >= AT_ONCE) this.make();
  }

  /** All in one transaction; if that fails each by itself, so that one that cannot be written keeps no other from it. */
  make(): void {
    const { sink } = this.#deps;
    const ended = this.#waiting;
    const [first] = ended;
    if (first === undefined) return;
    this.#waiting = [];
    const reportAll = () => {
      for (const { report } of ended) report();
    };
    const isTold =
      ended.length > 1 &&
      sink.together !== undefined &&
      report(first.candidate.path, this.#deps.log, () => sink.together?.(reportAll));
    for (const one of ended) {
      if (isTold || report(one.candidate.path, this.#deps.log, one.report)) this.#deps.onReported(one.candidate);
      else this.#deps.onRefused(one.candidate);
    }
  }

  async #makeSoon(): Promise<void> {
    await this.#deps.clock.sleep(WITHIN_MS, this.#stopping);
    this.#planned = undefined;
    if (!this.#stopping.aborted) this.make();
  }
}

/** @returns whether the sink took it. */
export function report(path: string, log: Log, make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    const { code, detail } = asRefocusdError(error);
    log.error("a report was refused; it will be made again", { path, code, detail });
    return false;
  }
}
