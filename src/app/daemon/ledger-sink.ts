import type { ErrorCode } from "../../errors/catalogue.js";
import { createNameReader, type Naming } from "../../frames/name-reader.js";
import type { Ledger } from "../../ledger/ledger.js";
import type { WatchSink } from "../../watch/sink.js";
import { KnownFiles } from "./known-files.js";
import { nameFacts, pageFacts } from "./name-facts.js";

export interface LedgerSinkOptions extends Naming {
  /** The watched folder. */
  readonly root: string;
}

export interface LedgerSinkDeps {
  readonly ledger: Pick<Ledger, "seen" | "settled" | "rejected" | "gone" | "allKnown" | "batch" | "select">;
  /** Called when frames may have become ready. */
  readonly onReady: () => void;
  /** Called for a file that will not be a frame. */
  readonly onRejected?: (path: string, code: ErrorCode, detail: string) => void;
  /** Called once, for the first file whose name no pattern reads. */
  readonly onUnreadName?: (path: string) => void;
}

export interface LedgerSink extends WatchSink {
  /** The file is to be looked at again, whatever its stat is. */
  forget(path: string): void;
}

/** Where a watcher's reports go: into the ledger; and what the ledger knows, as a map that every scan asks for every name. */
export function createLedgerSink({ root, ...naming }: LedgerSinkOptions, deps: LedgerSinkDeps): LedgerSink {
  const { ledger, onReady, onRejected } = deps;
  const read = createNameReader(naming);
  let isUnreadTold = false;
  const known = new KnownFiles();
  for (const file of ledger.allKnown(root)) known.set(file.path, file);
  // What could not be read may be readable now, with the same stat.
  const unreadable = "SELECT path FROM frames WHERE root = ? AND is_current = 1 AND error_code = 'RF_UNREADABLE'";
  for (const { path } of ledger.select<{ path: string }>(unreadable, root)) known.delete(path);
  // What follows from a report must wait for its transaction: a frame handed to a worker before that may not be in the ledger after all.
  let waiting: (() => void)[] | undefined;
  const onceWritten = (consequence: () => void) => {
    if (waiting === undefined) consequence();
    else waiting.push(consequence);
  };
  return {
    known: (path) => known.get(path),
    knows: (folder, name) => known.has(folder, name),
    get forgotten() {
      return known.forgotten;
    },
    seen: (path, at) => ledger.seen(root, path, at),
    settled(file) {
      const name = nameFacts(root, file.path, read);
      // A file that tells the places of its pages needs no name that does.
      const isNameUnread = read !== undefined && name === undefined && file.places === undefined;
      if (isNameUnread && !isUnreadTold) deps.onUnreadName?.(file.path);
      isUnreadTold ||= isNameUnread;
      const pageNames = file.places && pageFacts(root, file.path, read, file.places);
      ledger.settled(root, { ...file, isNameUnread }, name, pageNames);
      onceWritten(() => {
        known.set(file.path, file);
        onReady();
      });
    },
    rejected(path, stat, code, detail, at) {
      ledger.rejected(root, path, stat, code, detail, at);
      onceWritten(() => {
        known.set(path, stat);
        onRejected?.(path, code, detail);
      });
    },
    gone(path, at) {
      ledger.gone(path, at);
      onceWritten(() => known.delete(path));
    },
    unfinished: () =>
      ledger
        .select<{ path: string }>("SELECT path FROM frames WHERE root = ? AND state = 'seen' AND page = 0", root)
        .map(({ path }) => path),
    together(work) {
      const outer = waiting;
      const own: (() => void)[] = [];
      waiting = own;
      try {
        ledger.batch(work);
      } finally {
        waiting = outer;
      }
      for (const consequence of own) onceWritten(consequence);
    },
    forget: (path) => void known.delete(path),
  };
}
