import { describe, expect, it } from "vitest";
import { createChainLog } from "../../../src/app/chain/chain-log.js";
import { chainFindingText, chainSummaryText } from "../../../src/app/chain/chain-text.js";
import type { ChainHead } from "../../../src/ledger/chain/link.js";
import { silentLog } from "../../../src/log/log.js";
import type { ChainFinding } from "../../../src/report/verify/chain-findings.js";
import { differences } from "../../../src/report/verify/chain-findings.js";

const differs: ChainFinding = {
  ...{
    kind: "differs",
    seq: 3,
    frameId: 2,
    path: "/in/a\n.tif",
    page: 1,
    section: "frame",
    file: null,
    differences: null,
  },
};

describe("chainFindingText", () => {
  it.each<[ChainFinding, RegExp]>([
    [{ kind: "broken", seq: 4, why: "link 3 is missing" }, /^BROKEN +link 4: link 3 is missing$/],
    [differs, /^DIFFERS +link 3 {2}\/in\/a.\.tif page 1: the frame's row is not what it was; nothing is left/],
    [
      { ...differs, file: "/log/d.sqlite", section: "details" },
      /the record of its details .* in \/log\/d\.sqlite is not/,
    ],
    [{ kind: "frame gone", seq: 3, frameId: 2 }, /there is no row 2/],
    [
      { kind: "unlinked", frameId: 2, path: "/a", page: 0, state: "done", linked: null },
      /\/a: it is done, and no link/,
    ],
    [
      { kind: "unlinked", frameId: 2, path: "/a", page: 0, state: "ready", linked: "done" },
      /its newest link says done/,
    ],
    [{ kind: "other beginning", seq: 1, was: 2, is: 3 }, /2 frames had ended before the chain, now 3/],
    [
      { kind: "other head", seq: 9, sha256: "ab", where: "--head", found: null },
      /--head has 9:ab; the chain ends before it/,
    ],
    [{ kind: "other head", seq: 9, sha256: "ab", where: "x", found: "cd" }, /the chain has cd there/],
    [{ kind: "unreadable", seq: 9, file: "/log/d.sqlite", why: "no database" }, /d\.sqlite: no database/],
  ])("says in words %j", (finding, text) => {
    expect(chainFindingText(finding)).toMatch(text);
  });

  it("tells what was and what is", () => {
    const text = chainFindingText({ ...differs, differences: [{ what: "verdict", was: "focused", is: undefined }] });
    expect(text.split("\n")[1]?.trim()).toBe('verdict: was "focused", is nothing');
  });
});

describe("differences", () => {
  it("names the place of each", () => {
    const was = { a: 1, events: [{ id: 1 }, { id: 2, detail: { x: 1 } }], b: null };
    const is = { a: 1, events: [{ id: 1 }, { id: 3, detail: null }, { id: 4 }], b: null };
    expect(differences(was, is)).toEqual([
      { what: "events[1].id", was: 2, is: 3 },
      { what: "events[1].detail", was: { x: 1 }, is: null },
      { what: "events[2]", was: undefined, is: { id: 4 } },
    ]);
    expect(differences(null, was)).toEqual([{ what: "the row", was: null, is: was }]);
    expect(differences(was, structuredClone(was))).toEqual([]);
  });
});

describe("chainSummaryText", () => {
  const fine = {
    ...{ links: 2, head: { seq: 2, sha256: "ab" }, framesBefore: 0, storiesAway: 0, restorations: [] },
    ...{ heads: { found: 1, replaced: 0 }, findings: 0, firstMisfit: null },
  };

  it("is short when everything fits", () => {
    expect(chainSummaryText(fine)).toBe(
      "2 links, to 2:ab\nheads written down elsewhere that are in the chain: 1\neverything fits",
    );
    expect(chainSummaryText({ ...fine, links: 0, head: null })).toMatch(/^the chain has not begun yet$/m);
  });

  it("names what limits it, and the first link that does not fit", () => {
    const text = chainSummaryText({
      ...{ ...fine, framesBefore: 7, storiesAway: 2, findings: 3, firstMisfit: 2, heads: { found: 1, replaced: 4 } },
      restorations: [{ seq: 2, atMs: 0, backup: "copy.sqlite" }],
    });
    expect(text).toMatch(/7 frames had ended before the chain began/);
    expect(text).toMatch(/2 outcomes: details and history/);
    expect(text).toMatch(/link 2: on 1970-01-01T00:00:00\.000Z the ledger was replaced by copy\.sqlite/);
    expect(text).toMatch(/: 1; of links that a restored backup replaced: 4/);
    expect(text).toMatch(/findings: 3; the first link that does not fit is 2$/);
  });
});

describe("the log", () => {
  it("is told the head when it has moved, and not before the first outcome", () => {
    const told: unknown[] = [];
    let head: ChainHead | undefined;
    const log = { ...silentLog, info: (_message: string, fields?: object) => void told.push(fields) };
    const tell = createChainLog({ ledger: { chainHead: () => head }, log });
    tell();
    head = { seq: 2, sha256: "ab" };
    tell();
    tell();
    head = { seq: 3, sha256: "cd" };
    tell();
    expect(told).toEqual([{ chainHead: "2:ab" }, { chainHead: "3:cd" }]);
  });
});
