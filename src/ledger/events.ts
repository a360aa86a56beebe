import { type Store, toJson } from "./database.js";

/** What the ledger itself writes down; other rooms add their own kinds. */
export type FrameEventKind =
  | "seen"
  | "settled"
  | "restat"
  | "superseded"
  | "rejected"
  | "gone"
  | "started"
  | "finished"
  | "retry"
  | "quarantined"
  | "interrupted"
  | "released"
  | "requeued"
  | "held"
  | "reviewed";

export interface EventsRepository {
  /** Appends to the log of everything that happened. Events are never changed or removed. */
  event(kind: string, frameId: number | null, detail: object | null, at: number): void;
}

export function createEvents(store: Store): EventsRepository {
  const insert = store.db.prepare(
    "INSERT INTO events (at_ms, kind, frame_id, run_id, detail_json) VALUES (?, ?, ?, ?, ?)",
  );
  return {
    event(kind, frameId, detail, at) {
      store.atomic(() => insert.run(Math.round(at), kind, frameId, store.run?.id ?? null, toJson(detail)));
    },
  };
}

/** The same for the ledger's own parts, which are inside a transaction already. */
export type NoteEvent = (kind: FrameEventKind, frameId: number, detail: object | null, at: number) => void;

export function createNoteEvent(store: Store): NoteEvent {
  const insert = store.db.prepare(
    "INSERT INTO events (at_ms, kind, frame_id, run_id, detail_json) VALUES (?, ?, ?, ?, ?)",
  );
  return (kind, frameId, detail, at) =>
    void insert.run(Math.round(at), kind, frameId, store.run?.id ?? null, toJson(detail));
}
