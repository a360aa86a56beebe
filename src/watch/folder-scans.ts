import path from "node:path";
import { type Names, nameRules } from "./names.js";
import { systemRealPath } from "./real-path.js";
import { RestingFolders } from "./rest.js";
import { checkRoot, type Root } from "./root.js";
import { type Listing, pathOf, type Resting, scanFolder } from "./scan.js";
import type { Settler } from "./settler.js";
import type { WatchedFolder, WatcherDeps } from "./watched-folder.js";

/** Files looked at between two signs of life of a long scan. */
const STRIDE = 1_000;

/** The truth about one watched folder: repeated scans, each of which hands the settler what it has to look at. */
export class FolderScans {
  readonly #options: WatchedFolder;
  readonly #deps: WatcherDeps;
  readonly #settler: Settler;
  readonly #names: Names;
  #last: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();
  #root: Root | undefined;
  #rootIno: number | undefined;
  #listing: Listing | undefined;
  readonly #resting = new RestingFolders();
  /** The sink's count of forgotten paths when the folders at rest were taken to be so. */
  #forgotten = 0;
  #nextMs = Number.NEGATIVE_INFINITY;
  #nextSweepMs = Number.NEGATIVE_INFINITY;
  #scans = 0;
  #found = 0;
  #lastScanAt: number | undefined;
  #lastScanMs: number | undefined;
  readonly #madeMs: number;
  /** When the scan in hand began or last got on (monotonic); undefined between scans. */
  #movedMs: number | undefined;

  constructor(options: WatchedFolder, deps: WatcherDeps, settler: Settler) {
    this.#options = options;
    this.#deps = deps;
    this.#settler = settler;
    this.#names = nameRules(options.include, options.exclude, options.doneMarker);
    this.#madeMs = deps.clock.monotonic();
  }

  /** When the next scan should be (monotonic). */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** The folders to listen to: none while the root is absent. */
  get folders(): readonly string[] {
    return this.#root?.kind === "present" ? (this.#listing?.folders ?? []) : [];
  }

  /** A scan when those before it are over. `sweep`: also compares the stats of known files; the first always does. */
  scan(sweep: boolean): Promise<void> {
    const scan = this.#last.then(async () => {
      this.#moved();
      await this.#scan(sweep).finally(() => {
        this.#movedMs = undefined;
      });
    });
    this.#last = scan.catch(() => {});
    return scan;
  }

  /** Asks for a scan as early as possible without scanning more than a fifth of the time. @returns whether that is earlier. */
  hurry(): boolean {
    const earliestMs = this.#deps.clock.monotonic() + Math.max(50, 4 * (this.#lastScanMs ?? 0));
    if (earliestMs >= this.#nextMs) return false;
    this.#nextMs = earliestMs;
    return true;
  }

  /** Whether the watched folder is there at this moment. */
  async isRootPresent(): Promise<boolean> {
    return (await checkRoot(this.#options.path, this.#rootIno, this.#deps.fs)).kind === "present";
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#last;
  }

  status() {
    return {
      rootPresent: this.#root && this.#root.kind === "present",
      rootProblem: this.#root?.kind === "absent" ? this.#root.why : undefined,
      lastScanAt: this.#lastScanAt,
      lastScanMs: this.#lastScanMs,
      scans: this.#scans,
      scanLateMs: this.#lateMs(),
      folders: this.#listing?.folders.length ?? 0,
      frames: this.#listing?.frames ?? 0,
      ignored: this.#listing?.ignored ?? {},
      unreadableFolders: this.#listing?.unreadable.map(({ folder }) => folder) ?? [],
      foundByScan: this.#found,
    };
  }

  #lateMs(): number {
    // Before the first scan nextMs is minus infinity; it has been due since this was made.
    const dueMs = this.#movedMs ?? Math.max(this.#nextMs, this.#madeMs);
    return Math.max(0, Math.round(this.#deps.clock.monotonic() - dueMs));
  }

  #moved(): void {
    this.#movedMs = this.#deps.clock.monotonic();
  }

  async #scan(sweep: boolean): Promise<void> {
    const { clock } = this.#deps;
    const startMs = clock.monotonic();
    // Set first, so that a scan that fails is not repeated at once.
    this.#nextMs = startMs + this.#options.scanMs;
    if (this.#stopping.signal.aborted) return;
    const root = await checkRoot(this.#options.path, this.#rootIno, this.#deps.fs);
    // One that was away is there again when it could be listed, which may be refused: else that would be told with every scan.
    if (root.kind === "absent" || this.#root?.kind !== "absent") this.#setRoot(root);
    if (root.kind === "absent") return;
    if (!(await this.#listAndLook(sweep || startMs >= this.#nextSweepMs, startMs, root))) return;
    const endMs = clock.monotonic();
    // At most half of the time goes into scans, however slow the folder is.
    this.#nextMs = Math.max(startMs + this.#options.scanMs, endMs + (endMs - startMs));
    this.#lastScanAt = clock.now();
    this.#lastScanMs = endMs - startMs;
    this.#scans++;
  }

  /** @returns false where the scan was not complete. */
  async #listAndLook(sweeping: boolean, startMs: number, root: Root): Promise<boolean> {
    const fresh: string[] = [];
    /** Names by folder: put together, the paths of 50,000 files would be more memory than all that is known of them. */
    const known = new Map<string, string[]>();
    const { sink } = this.#deps;
    const recognised = (folder: string, name: string) => {
      this.#moved();
      if (this.#settler.pending > 0 && this.#settler.has(pathOf(folder, name))) return true;
      const isKnown = sink.knows?.(folder, name) ?? sink.known(pathOf(folder, name)) !== undefined;
      if (isKnown && sweeping) addTo(known, folder, name);
      return isKnown;
    };
    const onFrame = (file: string) => {
      // Folders and links named like frames come here each time.
      if (!recognised(path.dirname(file), path.basename(file))) fresh.push(file);
    };
    // A sweep needs every name, and is what finds the change that a folder's stamps should have told and did not.
    if (sweeping) this.#resting.clear();
    const listing = await this.#list(recognised, onFrame, sweeping ? undefined : this.#restingFolders());
    if (this.#stopping.signal.aborted) return false;
    if (listing.folders.length === 0) {
      const why = listing.unreadable[0]?.why ?? "it vanished while it was listed";
      this.#setRoot({ kind: "absent", why });
      return false;
    }
    this.#setRoot(root);
    this.#reportFolders(listing);
    this.#listing = listing;
    this.#found += fresh.length;
    await this.#lookAt(fresh.sort(byCodeUnits), false);
    await this.#settler.lookAtWaiting();
    if (this.#scans === 0) await this.#settler.adopt(this.#deps.sink.unfinished?.() ?? []);
    for (const [folder, names] of known) await this.#lookAt(names, true, (name) => pathOf(folder, name));
    if (sweeping) this.#nextSweepMs = startMs + this.#options.sweepMs;
    return !this.#stopping.signal.aborted;
  }

  async #lookAt(files: readonly string[], again: boolean, full = (file: string) => file): Promise<void> {
    for (let i = 0; i < files.length; i += STRIDE) {
      await this.#settler.lookAt(files.slice(i, i + STRIDE).map(full), again);
      this.#moved();
    }
  }

  #restingFolders(): Resting | undefined {
    const { stampsFolders, clock, sink } = this.#deps;
    if (stampsFolders === undefined || this.#options.polling) return undefined;
    const forgotten = sink.forgotten ?? 0;
    if (forgotten !== this.#forgotten) this.#resting.clear();
    this.#forgotten = forgotten;
    return { folders: this.#resting, stamped: stampsFolders, now: () => clock.now() };
  }

  #list(
    recognised: (folder: string, name: string) => boolean,
    onFrame: (file: string) => void,
    resting: Resting | undefined,
  ): Promise<Listing> {
    const { path: root, never = [] } = this.#options;
    const { fs, realPath = systemRealPath } = this.#deps;
    const stopped = () => this.#stopping.signal.aborted;
    const deps = { fs, realPath, names: this.#names, never, recognised, stopped, ...(resting && { resting }) };
    return scanFolder(root, deps, onFrame);
  }

  #setRoot(root: Root): void {
    const before = this.#root;
    this.#root = root;
    if (root.kind === "present") {
      if (before?.kind === "absent")
        this.#deps.log.info("the watched folder is there again", { path: this.#options.path });
      this.#rootIno = root.ino;
    } else if (before?.kind !== "absent") {
      this.#deps.log.warn("the watched folder is not there", {
        code: "RF_ROOT_MISSING",
        path: this.#options.path,
        why: root.why,
      });
    }
  }

  #reportFolders(listing: Listing): void {
    const before = new Set(this.#listing?.unreadable.map(({ folder }) => folder));
    for (const { folder, why } of listing.unreadable) {
      if (!before.has(folder)) this.#deps.log.warn("a folder cannot be listed", { code: "RF_UNREADABLE", folder, why });
    }
  }
}

function addTo(names: Map<string, string[]>, folder: string, name: string): void {
  const inside = names.get(folder);
  if (inside === undefined) names.set(folder, [name]);
  else inside.push(name);
}

/** Not by locale: any fixed order will do, and a locale's is some 20 times as slow. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
