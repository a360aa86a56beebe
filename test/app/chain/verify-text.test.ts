import { describe, expect, it } from "vitest";
import { findingLine, isAllRight, verifySummaryLine } from "../../../src/app/chain/verify-text.js";

const none = { missing: 0, altered: 0, unreadable: 0, orphaned: 0, "folder away": 0 };

describe("the words of refocusd verify", () => {
  it("tell what is and what should be", () => {
    const what = "source" as const;
    const expected = { sha256: "a".repeat(64), size: 10 };
    expect(findingLine({ kind: "altered", what, path: "/a\n.tif", expected, found: { sha256: null, size: 11 } })).toBe(
      "ALTERED      source  /a�.tif: 11 bytes; the ledger has 10 bytes, SHA-256 aaaaaaaaaaaa…",
    );
    expect(findingLine({ kind: "missing", what, path: "/a.tif" })).toBe("MISSING      source  /a.tif");
    expect(findingLine({ kind: "folder away", what, path: "/in", why: "ENOENT" })).toMatch(/^FOLDER AWAY .*: ENOENT$/);
  });

  it("sum up", () => {
    const summary = { sources: 3, outputs: 1, bytes: 2.5e9, findings: none };
    expect(verifySummaryLine(summary)).toBe("3 sources and 1 outputs (2.50 GB): all as the ledger says");
    expect(isAllRight(summary)).toBe(true);
    const wrong = { ...summary, findings: { ...none, missing: 2, orphaned: 1 } };
    expect(verifySummaryLine(wrong)).toMatch(/2 missing, 1 orphaned$/);
    expect(isAllRight(wrong)).toBe(false);
  });
});
