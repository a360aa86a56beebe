import type { ErrorCode } from "../../../src/errors/catalogue.js";
import type { PathStat, SettledFile, WatchSink } from "../../../src/watch/sink.js";

export type Report =
  | { readonly kind: "seen" | "gone"; readonly path: string }
  | { readonly kind: "settled"; readonly path: string; readonly file: SettledFile }
  | { readonly kind: "rejected"; readonly path: string; readonly code: ErrorCode; readonly detail: string };

/** Remembers every report, and knows what a ledger would. */
export class MemorySink implements WatchSink {
  readonly reports: Report[] = [];
  readonly knownPaths = new Map<string, PathStat>();
  /** Called with each report before it is taken; may throw as a ledger may. */
  before: (report: Report) => void = () => {};

  readonly left: string[] = [];

  unfinished(): string[] {
    return this.left;
  }

  known(path: string): PathStat | undefined {
    return this.knownPaths.get(path);
  }

  seen(path: string): void {
    this.#take({ kind: "seen", path });
  }

  settled(file: SettledFile): void {
    this.#take({ kind: "settled", path: file.path, file });
    this.knownPaths.set(file.path, file);
  }

  rejected(path: string, stat: PathStat, code: ErrorCode, detail: string): void {
    this.#take({ kind: "rejected", path, code, detail });
    this.knownPaths.set(path, stat);
  }

  forgotten = 0;

  forget(path: string): void {
    if (this.knownPaths.delete(path)) this.forgotten++;
  }

  gone(path: string): void {
    this.#take({ kind: "gone", path });
  }

  of(path: string): Report[] {
    return this.reports.filter((report) => report.path === path);
  }

  kinds(path: string): string[] {
    return this.of(path).map((report) => (report.kind === "rejected" ? report.code : report.kind));
  }

  last(path: string): Report | undefined {
    return this.of(path).at(-1);
  }

  settledPaths(): string[] {
    return this.reports.filter(({ kind }) => kind === "settled").map(({ path }) => path);
  }

  #take(report: Report): void {
    this.before(report);
    this.reports.push(report);
  }
}
