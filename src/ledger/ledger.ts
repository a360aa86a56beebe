import type { Clock } from "../system/clock.js";
import { type ArchiveRepository, createArchive } from "./archive.js";
import { createLinks } from "./chain/append.js";
import { type ChainRepository, createChain } from "./chain/head.js";
import { type CountsRepository, createCounts } from "./counts.js";
import { createStore, type Database } from "./database.js";
import { createEvents, createNoteEvent, type EventsRepository } from "./events.js";
import { createKnown, type KnownRepository } from "./known.js";
import { createMeta, type MetaRepository } from "./meta.js";
import { createModels, type ModelsRepository } from "./models.js";
import { createOutcome, type OutcomeRepository } from "./outcome.js";
import { createQueue, type QueueRepository } from "./queue.js";
import { createRequeue, type RequeueRepository } from "./requeue.js";
import { createReviews, type ReviewsRepository } from "./reviews.js";
import { createRuns, type RunsRepository } from "./runs.js";
import { createSelect, type SelectRepository } from "./select.js";
import { createSources, type SourcesRepository } from "./sources.js";
import { createStory, type StoryRepository } from "./story.js";
import { createWaits, type WaitsRepository } from "./waits.js";

/** What can be asked of a ledger without writing into it. */
export interface LedgerReader
  extends KnownRepository,
    CountsRepository,
    StoryRepository,
    ChainRepository,
    SelectRepository,
    Pick<MetaRepository, "getMeta"> {
  /** The database file. */
  readonly path: string;
  close(): void;
}

/** Queue, provenance and log in one. Every method is synchronous and one transaction; all throw RefocusdError. */
export interface Ledger
  extends LedgerReader,
    SourcesRepository,
    QueueRepository,
    WaitsRepository,
    OutcomeRepository,
    RequeueRepository,
    ReviewsRepository,
    ArchiveRepository,
    EventsRepository,
    RunsRepository,
    ModelsRepository,
    MetaRepository {
  /** Backups made because the schema was brought up to date when the ledger was opened. */
  readonly backups: readonly string[];
  /** Makes all that `fn` writes one transaction: one fsync for a burst of thousands. `fn` must not be async. */
  batch<T>(fn: () => T): T;
  /** Moves the write-ahead log into the database file and empties it. @returns false while a reader prevents that. */
  checkpoint(): boolean;
}

/** @param db open and of the newest schema; see openLedger. */
export function createLedger(db: Database, clock: Clock, backups: readonly string[]): Ledger {
  const store = createStore(db, clock);
  const note = createNoteEvent(store);
  const models = createModels(store);
  const link = createLinks(store);
  return {
    path: db.name,
    backups,
    ...createSources(store, note, link),
    ...createKnown(store),
    ...createQueue(store, note, link),
    ...createWaits(store),
    ...createOutcome(store, note, models, link),
    ...createRequeue(store, note),
    ...createReviews(store, note),
    ...createArchive(store),
    ...createEvents(store),
    ...createRuns(store),
    ...models,
    ...createMeta(store),
    ...createCounts(store),
    ...createStory(store),
    ...createChain(store),
    ...createSelect(store),
    batch: (fn) => store.atomic(fn),
    checkpoint() {
      const [result] = db.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
      return result?.busy === 0;
    },
    close: () => void db.close(),
  };
}

/** @param db open for reading and of the newest schema; see openLedgerReader. */
export function createLedgerReader(db: Database, clock: Clock): LedgerReader {
  const store = createStore(db, clock);
  return {
    path: db.name,
    ...createKnown(store),
    ...createCounts(store),
    ...createStory(store),
    ...createChain(store),
    ...createSelect(store),
    getMeta: createMeta(store).getMeta,
    close: () => void db.close(),
  };
}
