import fc from "fast-check";
import { expect, it } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { openLedger } from "../../src/ledger/open.js";
import { isFinal, isLegalTransition } from "../../src/ledger/transitions.js";
import type { FrameState } from "../../src/ledger/types.js";
import { call, perform } from "./calls.js";
import { handClock } from "./support.js";

interface Row {
  readonly id: number;
  readonly path: string;
  readonly page: number;
  readonly revision: number;
  readonly is_current: number;
  readonly state: FrameState;
}

function checkAfter(ledger: Ledger, before: Map<number, Row>, touched: Set<string>): Map<number, Row> {
  const rows = ledger.select<Row>("SELECT * FROM frames");
  const now = new Map(rows.map((row) => [row.id, row]));
  // No row vanishes, no transition is illegal, a finished row never changes (but for whether it is current).
  for (const [id, old] of before) {
    const row = now.get(id)!;
    expect(row).toBeDefined();
    if (row.state !== old.state) expect([old.state, row.state, isLegalTransition(old.state, row.state)][2]).toBe(true);
    if (old.state === "done") {
      const ignored = { is_current: 0, stat_size_bytes: 0, stat_mtime_ms: 0, stat_ctime_ms: 0 };
      expect({ ...row, ...ignored }).toEqual({ ...old, ...ignored });
    }
  }
  for (const path of touched) {
    const own = rows.filter((row) => row.path === path);
    const current = own.filter((row) => row.is_current === 1);
    // Exactly one visible state per page, all of the newest content; page 0 is always there.
    expect(current.length).toBeGreaterThan(0);
    const newest = Math.max(...own.map((row) => row.revision));
    expect(current.every((row) => row.revision === newest && row.state !== "superseded")).toBe(true);
    expect(current.map((row) => row.page).toSorted((a, b) => a - b)).toEqual(current.map((_, page) => page));
    // Only the newest content waits; an older one is finished or still being worked on, by one worker at most.
    const pending = own.filter((row) => row.state === "seen" || row.state === "ready");
    expect(pending.every((row) => row.revision === newest)).toBe(true);
    expect(own.every((row) => row.is_current === 1 || isFinal(row.state) || row.state === "working")).toBe(true);
    const working = own.filter((row) => row.state === "working").map((row) => row.page);
    expect(new Set(working).size).toBe(working.length);
  }
  // Every state a row went through is in the events: the last one tells the state it is in.
  const untold = ledger.select(
    `SELECT f.id, f.state, max(e.id), e.kind FROM frames f LEFT JOIN events e ON e.frame_id = f.id AND e.kind <> 'restat'
       AND NOT (e.kind = 'rejected' AND f.state <> 'quarantined')
     GROUP BY f.id HAVING e.kind IS NOT CASE f.state WHEN 'seen' THEN iif(e.kind = 'requeued', e.kind, 'seen') WHEN 'working' THEN 'started'
       WHEN 'done' THEN 'finished' WHEN 'ready' THEN e.kind WHEN 'quarantined' THEN e.kind ELSE f.state END`,
  );
  expect(untold).toEqual([]);
  // An attempt is open exactly while its frame is being worked on.
  const open = ledger.select(
    `SELECT f.id FROM frames f LEFT JOIN attempts a ON a.frame_id = f.id AND a.finished_ms IS NULL
     WHERE (f.state = 'working') <> (a.id IS NOT NULL)`,
  );
  expect(open).toEqual([]);
  const reconstructed = ledger.select("SELECT id FROM frames WHERE verdict = 'defocused'").length;
  expect(ledger.select("SELECT id FROM reconstructions")).toHaveLength(reconstructed);
  return now;
}

it("any sequence of calls keeps the ledger's invariants", () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const ledger = openLedger(":memory:", { clock: handClock(1) });
      const taken: number[] = [];
      const touched = new Set<string>();
      let rows = new Map<number, Row>();
      try {
        // In one transaction, as in a burst; each call is a savepoint in it.
        ledger.batch(() => {
          calls.forEach((step, index) => {
            perform(ledger, taken, step, index + 1);
            if ("path" in step && (step.do !== "gone" || touched.has(step.path))) touched.add(step.path);
            rows = checkAfter(ledger, rows, touched);
          });
        });
      } finally {
        ledger.close();
      }
    }),
    { numRuns: 100 },
  );
});
