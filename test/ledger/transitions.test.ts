import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { isFinal, isLegalTransition, stateAfterFailure } from "../../src/ledger/transitions.js";
import { FRAME_STATES } from "../../src/ledger/types.js";
import { openTestLedger, settledSource } from "./support.js";

describe("transitions", () => {
  it("leave no way out of a final state", () => {
    expect(FRAME_STATES.filter(isFinal)).toEqual(["done", "quarantined", "gone", "superseded"]);
  });

  it("are the same in the database's trigger", () => {
    const ledger = openTestLedger();
    ledger.settled("/r", settledSource("/r/a.tif"), undefined);
    const db = new BetterSqlite3(ledger.path);
    db.pragma("ignore_check_constraints = ON"); // only the trigger is asked
    for (const from of FRAME_STATES) {
      for (const to of FRAME_STATES) {
        if (from === to) continue;
        const attempt = () => {
          db.exec("BEGIN; DROP TRIGGER frames_done_is_final;");
          const trigger = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'frames_transition'").pluck().get();
          db.exec("DROP TRIGGER frames_transition");
          db.prepare("UPDATE frames SET state = ?").run(from);
          db.exec(trigger as string);
          try {
            db.prepare("UPDATE frames SET state = ?").run(to);
            return true;
          } catch {
            return false;
          } finally {
            db.exec("ROLLBACK");
          }
        };
        expect([from, to, attempt()]).toEqual([from, to, isLegalTransition(from, to)]);
      }
    }
    db.close();
  });
});

describe("stateAfterFailure", () => {
  it.each([
    [true, "RF_WORKER_DIED", "retry", "ready"],
    [true, "RF_WORKER_DIED", "quarantine", "quarantined"],
    [true, "RF_SOURCE_GONE", "quarantine", "gone"],
    [false, "RF_SOURCE_CHANGED", "retry", "superseded"],
    [false, "RF_DECODE_FAILED", "quarantine", "superseded"],
  ] as const)("current %s, %s, %s → %s", (isCurrent, code, next, state) => {
    expect(stateAfterFailure(isCurrent, code, next)).toBe(state);
  });
});
