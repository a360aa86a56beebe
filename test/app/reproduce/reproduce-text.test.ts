import { describe, expect, it } from "vitest";
import type { Reproduction } from "../../../src/app/reproduce/compare.js";
import { reproductionText } from "../../../src/app/reproduce/reproduce-text.js";

const same: Reproduction = {
  ...{ path: "/in/a.tif", page: 0, revision: 1, same: true, failure: null },
  source: { same: true, recorded: "aa", found: "aa" },
  verdict: { same: true, recorded: "defocused", found: "defocused" },
  pDefocused: { same: true, recorded: 0.97, found: 0.97 },
  pSpectrum: { same: true, recorded: 0.99, found: 0.99 },
  distance: {
    same: true,
    recorded: { dof: 2.1, low: 1.8, high: 2.4 },
    found: { dof: 2.1, low: 1.8, high: 2.4 },
  },
  tiles: { same: true, count: 9, maxDifference: 0 },
  normalisation: { same: true },
  reconstruction: { same: true, recorded: "bb", found: "bb", pixels: null, whyNoPixels: null },
  circumstances: [],
};
const reconstruction = { same: false, recorded: "bb", found: "cc", pixels: null, whyNoPixels: null };

describe("reproductionText", () => {
  it("says that all of it is the same", () => {
    expect(reproductionText(same).split("\n")).toEqual([
      "/in/a.tif",
      "  It comes out the same.",
      "  source          same: SHA-256 aa",
      "  verdict         same: defocused",
      "  P(defocused)    same: 0.97",
      "  of spectrum     same: 0.99",
      "  distance        same: 2.1 DOF units (1.8 to 2.4)",
      "  tiles           same: all 9 probabilities",
      "  standardised    by the same values",
      "  reconstruction  same bytes: SHA-256 bb",
      "",
    ]);
  });

  it("says how far it is from the same, and what is other than then", () => {
    const pixels = { same: false, maxDifference: 3, differing: 12, of: 1000 };
    const text = reproductionText({
      ...same,
      ...{ page: 2, revision: 3, same: false, verdict: { same: false, recorded: "defocused", found: "uncertain" } },
      distance: { same: false, recorded: { dof: 2.1, low: 1.8, high: 2.4 }, found: null },
      tiles: { same: false, count: 9, maxDifference: 0.012345 },
      reconstruction: { ...reconstruction, pixels },
      circumstances: [
        { what: "device", recorded: "cpu", now: "cuda" },
        { what: "threads", recorded: null, now: "2" },
      ],
    });
    expect(text).toMatch(/^\/in\/a\.tif page 2, content 3\n {2}It does not come out the same\.$/m);
    expect(text).toMatch(/verdict +is uncertain, was defocused/);
    expect(text).toMatch(/distance +is none, was 2\.1 DOF units \(1\.8 to 2\.4\)/);
    expect(text).toMatch(/tiles +probabilities differ by up to 0\.0123/);
    expect(text).toMatch(/SHA-256 is cc, was bb; 12 of 1000 values differ, by up to 3/);
    expect(text).toMatch(/unlike then {5}device: cuda, was cpu\n {18}threads: 2, was not recorded/);
  });

  it.each([
    [
      { ...reconstruction, pixels: { same: true, maxDifference: 0, differing: 0, of: 4 } },
      /the same pixels: it differs in what/,
    ],
    [
      { ...reconstruction, pixels: { same: false, maxDifference: null, differing: 4, of: 4 } },
      /of another size or type/,
    ],
    [
      { ...reconstruction, whyNoPixels: "the recorded file was altered since" },
      /pixels not compared: the recorded file was/,
    ],
  ])("tells of a reconstruction %j", (made, text) => {
    expect(reproductionText({ ...same, same: false, reconstruction: made })).toMatch(text);
  });

  it("says why nothing was run", () => {
    const nothing = { verdict: null, pDefocused: null, tiles: null, normalisation: null, reconstruction: null };
    const none = { ...same, ...nothing, same: false };
    expect(reproductionText({ ...none, source: { same: false, recorded: "aa", found: null } })).toMatch(
      /not there any more/,
    );
    expect(reproductionText({ ...none, source: { same: false, recorded: "aa", found: "dd" } })).toMatch(
      /other bytes: SHA-256 is dd, was aa; nothing was run/,
    );
    expect(reproductionText({ ...none, failure: { code: "RF_ENGINE_FAILED", detail: "x\ny" } })).toMatch(
      /run +ended with RF_ENGINE_FAILED: x.y/,
    );
  });
});
