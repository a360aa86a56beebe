import { describe, expect, it } from "vitest";
import { type NewestRevision, planRejected, planSeen, planSettled } from "../../src/ledger/revision.js";
import type { FrameState } from "../../src/ledger/types.js";

const STAT = { size: 10, mtimeMs: 1, ctimeMs: 1 };
const newest = (
  states: FrameState[],
  sha256: string | null = "A",
  errorCode: string | null = null,
): NewestRevision => ({
  ...{ revision: 3, states, sha256, errorCode },
  stat: states[0] === "seen" ? null : STAT,
});

describe("planSeen", () => {
  it("begins with revision 1", () => expect(planSeen(undefined)).toEqual({ kind: "insert", revision: 1 }));
  it("writes nothing for a known file", () => {
    for (const state of ["seen", "ready", "working", "done", "quarantined"] as const)
      expect(planSeen(newest([state]))).toEqual({ kind: "none" });
  });
  it("begins anew for a file that came back", () =>
    expect(planSeen(newest(["done", "gone"]))).toEqual({ kind: "insert", revision: 4 }));
});

describe("planSettled", () => {
  it.each([
    ["an unknown file", undefined, "insert", 1],
    ["a seen file", newest(["seen"], null), "advance", 3],
    ["the same content again", newest(["done"]), "restat", 3],
    ["the same content of a waiting file", newest(["ready", "working"]), "restat", 3],
    ["another content", newest(["done"], "B"), "insert", 4],
    ["another content while the old one is worked on", newest(["working"], "B"), "insert", 4],
    ["a frame at last", newest(["quarantined"], null), "insert", 4],
    ["the same content, quarantined", newest(["quarantined"]), "restat", 3],
    ["the same content, back again", newest(["gone"]), "insert", 4],
  ] as const)("%s", (_, before, kind, revision) => {
    expect(planSettled(before, "A")).toEqual({ kind, revision });
  });
});

describe("planRejected", () => {
  const touched = { ...STAT, ctimeMs: 2 };
  const grown = { ...STAT, size: 11, mtimeMs: 2 };
  it.each([
    ["an unknown file", undefined, STAT, { kind: "insert", revision: 1 }],
    ["a seen file", newest(["seen"], null), STAT, { kind: "advance", revision: 3 }],
    ["the same again", newest(["quarantined"], null, "RF_ZERO_BYTES"), STAT, { kind: "none" }],
    ["another reason", newest(["quarantined"], null, "RF_INCOMPLETE"), STAT, { kind: "amend", revision: 3 }],
    ["another size", newest(["quarantined"], null, "RF_ZERO_BYTES"), grown, { kind: "amend", revision: 3 }],
    ["a verdict whose file lost its permissions", newest(["done"]), touched, { kind: "restat", revision: 3 }],
    ["a verdict whose file was overwritten", newest(["done"]), grown, { kind: "insert", revision: 4 }],
    ["a file that came back", newest(["gone"]), STAT, { kind: "insert", revision: 4 }],
  ] as const)("%s", (_, before, stat, plan) => {
    expect(planRejected(before, stat, "RF_ZERO_BYTES")).toEqual(plan);
  });
});
