import { describe, expect, it } from "vitest";
import { ledgerBytes } from "../../src/ledger/size.js";
import { silentLog } from "../../src/log/log.js";
import { isTimeToWarn, watchLedgerSize } from "../../src/report/ledger-size.js";
import { handClock, openTestLedger } from "../ledger/support.js";

const DAY = 86_400_000;

describe("isTimeToWarn", () => {
  it.each([
    [100, 100, undefined, false],
    [101, 100, undefined, true],
    [101, 100, 10, false],
    [101, 100, 1000 - DAY + 1, false],
    [101, 100, 1000 - DAY, true],
    [99, 100, 1000 - DAY, false],
  ] as const)("%d bytes of %d, warned at %s: %s", (bytes, limit, warned, expected) => {
    expect(isTimeToWarn(bytes, limit, warned, 1000)).toBe(expected);
  });
});

describe("watchLedgerSize", () => {
  it("warns once a day, and writes it down", () => {
    const clock = handClock();
    const ledger = openTestLedger({ clock });
    const told: string[] = [];
    const log = { ...silentLog, warn: (message: string) => void told.push(message) };
    const look = watchLedgerSize(10_000, { ledger, clock, log });
    look();
    look();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/ledger\.keepDays/);
    clock.time += DAY;
    look();
    expect(told).toHaveLength(2);
    expect(ledger.select("SELECT kind FROM events")).toEqual([{ kind: "ledger-large" }, { kind: "ledger-large" }]);
  });

  it("counts the write-ahead log, and is silent below the limit", () => {
    const ledger = openTestLedger();
    const bytes = ledgerBytes(ledger.path);
    ledger.batch(() => {
      for (let i = 0; i < 500; i++) ledger.seen("/r", `/r/${i}.tif`, 1);
    });
    expect(ledgerBytes(ledger.path)).toBeGreaterThan(bytes + 50_000);
    watchLedgerSize(1e9, { ledger, clock: handClock(), log: silentLog })();
    expect(ledger.select("SELECT kind FROM events WHERE kind = 'ledger-large'")).toEqual([]);
  });
});
