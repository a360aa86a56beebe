import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headText, type Link, linkHash, NO_LINK, parseHead, sha256 } from "../../../src/ledger/chain/link.js";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const number = fc.option(fc.nat());
const anyLink: fc.Arbitrary<Link> = fc.record({
  seq: fc.nat(),
  kind: fc.constantFrom("begin", "restored", "done", "quarantined", "gone", "superseded"),
  ...{ atMs: fc.nat(), frameId: number, throughAttempt: number, throughEvent: number },
  sections: fc.option(fc.record({ frame: hash, output: hash, details: hash, history: hash })),
  text: fc.option(fc.string()),
});

describe("linkHash", () => {
  it("is another one for any other link or predecessor", () => {
    fc.assert(
      fc.property(anyLink, anyLink, hash, hash, (a, b, before, other) => {
        const isSame = JSON.stringify([a, before]) === JSON.stringify([b, other]);
        expect(linkHash(a, before).equals(linkHash(b, other))).toBe(isSame);
        expect(linkHash(a, before)).toEqual(linkHash({ ...a }, before));
      }),
    );
  });

  it("depends on each value by itself", () => {
    const sections = { frame: sha256("f"), output: sha256("o"), details: sha256("d"), history: sha256("h") };
    const link: Link = {
      ...{ seq: 7, kind: "done", atMs: 5, frameId: 1, throughAttempt: 1, throughEvent: 3, sections, text: null },
    };
    const others: Partial<Link>[] = [
      ...[{ seq: 8 }, { kind: "gone" } as const, { atMs: 6 }, { frameId: null }, { throughAttempt: null }],
      ...[{ throughEvent: 1 }, { text: "" }, { sections: null }],
      { sections: { ...sections, frame: sections.output, output: sections.frame } },
    ];
    const all = [link, ...others.map((change) => ({ ...link, ...change }))].map((each) =>
      linkHash(each, NO_LINK).toString("hex"),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it("is what docs/provenance.md says", () => {
    const link: Link = {
      ...{ seq: 1, kind: "begin", atMs: 10, frameId: null, throughAttempt: null, throughEvent: null },
      ...{ sections: null, text: "x" },
    };
    const text = sha256("x").toString("hex");
    const lines = `refocusd chain 1\n${"0".repeat(64)}\n1\nbegin\n10\n\n\n\n\n\n\n\n${text}`;
    expect(linkHash(link, NO_LINK)).toEqual(sha256(lines));
  });
});

describe("a head as people note it down", () => {
  it("is read back", () => {
    const head = { seq: 1234, sha256: "9f".repeat(32) };
    expect(parseHead(headText(head))).toEqual(head);
  });

  it.each(["", "12", "12:9f", `-1:${"9f".repeat(32)}`, `1:${"9F".repeat(32)}`, ` 1:${"9f".repeat(32)}`])(
    "is not %j",
    (text) => {
      expect(parseHead(text)).toBeUndefined();
    },
  );
});
