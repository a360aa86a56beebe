import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterFailure } from "../../src/pipeline/retry.js";

const rules = { attempts: 3, firstDelayMs: 2000, maxDelayMs: 300_000 };

describe("afterFailure", () => {
  it("tries again what may pass by itself, later each time", () => {
    expect(afterFailure("RF_WORKER_DIED", 1, rules, 0, 0.5)).toEqual({ kind: "retry", notBefore: 2000 });
    expect(afterFailure("RF_WORKER_DIED", 2, rules, 0, 0.5)).toEqual({ kind: "retry", notBefore: 4000 });
  });

  it("sets a frame aside at its last attempt", () => {
    expect(afterFailure("RF_WORKER_DIED", 3, rules, 0, 0.5)).toEqual({ kind: "quarantine" });
  });

  it("does not try again what cannot pass", () => {
    expect(afterFailure("RF_DECODE_FAILED", 1, rules, 0, 0.5)).toEqual({ kind: "quarantine" });
  });

  it("never waits longer than the limit, and spreads there too", () => {
    const last = (luck: number) => afterFailure("RF_WORKER_DIED", 50, { ...rules, attempts: 100 }, 0, luck);
    expect([last(0), last(0.5), last(1)]).toEqual(
      [180_000, 240_000, 300_000].map((notBefore) => ({ kind: "retry", notBefore })),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, luck) => {
        const next = afterFailure("RF_DISK_FULL", attempt, { ...rules, attempts: 100 }, 0, luck);
        expect(next.kind).toBe("retry");
        if (next.kind === "retry") expect(next.notBefore).toBeLessThanOrEqual(rules.maxDelayMs);
      }),
    );
  });
});
