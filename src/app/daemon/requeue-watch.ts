import type { LedgerReader } from "../../ledger/ledger.js";

/** A frame that a command beside this process has put back. */
export interface RequeuedFrame {
  readonly root: string;
  readonly path: string;
  readonly state: "ready" | "seen";
}

/**
 * Looks, whenever called, for frames that were put back since the last call. `refocusd requeue` writes into the ledger from another
 * process, and the dispatcher sleeps while nothing that it knows of is due; the events tell, at the cost of reading the newest few.
 */
export function createRequeueWatch(ledger: Pick<LedgerReader, "select">): () => RequeuedFrame[] {
  const newest = () => ledger.select<{ id: number }>("SELECT coalesce(max(id), 0) AS id FROM events")[0]?.id ?? 0;
  let last = newest();
  return () => {
    const from = last;
    last = newest();
    if (last === from) return [];
    return ledger.select<RequeuedFrame>(
      `SELECT f.root, f.path, f.state FROM events e JOIN frames f ON f.id = e.frame_id
       WHERE e.id > ? AND e.id <= ? AND e.kind = 'requeued' AND f.state IN ('ready', 'seen') ORDER BY e.id`,
      from,
      last,
    );
  };
}
