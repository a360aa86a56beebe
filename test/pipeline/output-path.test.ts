import { basename } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outputPath } from "../../src/pipeline/output-path.js";

const nowhere = { type: "tiff", position: null, time: null, z: null, channel: null };
const frame = { root: "/in", path: "/in/run1/a_t01.tif", page: 0, pages: 1, revision: 1, ...nowhere };
const nd2 = { ...frame, path: "/in/run1/a.nd2", type: "nd2", page: 13, pages: 40 };

describe("outputPath", () => {
  it.each([
    [frame, "/out/run1/a_t01.reconstructed.tif"],
    [{ ...frame, path: "/in/b.png" }, "/out/b.png.reconstructed.tif"],
    [{ ...frame, path: "/in/b.tiff" }, "/out/b.tiff.reconstructed.tif"],
    [{ ...frame, pages: 5, page: 3 }, "/out/run1/a_t01.p003.reconstructed.tif"],
    [{ ...frame, revision: 2 }, "/out/run1/a_t01.r2.reconstructed.tif"],
    [{ ...frame, pages: 5, page: 3, time: 1, position: "2" }, "/out/run1/a_t01.p003.reconstructed.tif"],
    [nd2, "/out/run1/a.nd2.p013.reconstructed.tif"],
    [{ ...nd2, time: 3, position: "02", z: 5 }, "/out/run1/a.nd2.t003xy02z005.p013.reconstructed.tif"],
    [{ ...nd2, time: 3, channel: "GFP 488/nm" }, "/out/run1/a.nd2.t003.GFP-488-nm.p013.reconstructed.tif"],
    [{ ...nd2, channel: "../.." }, "/out/run1/a.nd2.p013.reconstructed.tif"],
    [{ ...nd2, pages: 1, page: 0, channel: "DAPI" }, "/out/run1/a.nd2.reconstructed.tif"],
  ])("%o → %s", (identity, expected) => {
    expect(outputPath("/out", identity)).toBe(expected);
  });

  it("always leaves room for the temporary name, and keeps different long names apart", () => {
    const name = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 120 })
      .filter((s) => !/[/\0]/.test(s) && s !== "." && s !== "..");
    fc.assert(
      fc.property(name, (stem) => {
        const made = basename(outputPath("/out", { ...frame, path: `/in/${stem}.tif` }));
        expect(Buffer.byteLength(`.${made}.tmp`)).toBeLessThanOrEqual(255);
      }),
    );
    const long = "x".repeat(240);
    const one = outputPath("/out", { ...frame, path: `/in/${long}1.tif` });
    const two = outputPath("/out", { ...frame, path: `/in/${long}2.tif` });
    expect(one).not.toBe(two);
  });
});
