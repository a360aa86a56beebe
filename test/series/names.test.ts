import { dirname } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seriesKey } from "../../src/frames/nis-names.js";
import { entryName, OWN_ENTRY, OWN_TEMPORARY, seriesFolder, suffixOf, timeDigits } from "../../src/series/names.js";

const named = (root: string, key: string) => seriesFolder({ root, seriesKey: key });

describe("seriesFolder", () => {
  it.each([
    ["|run||01|1|", "srv+export/run+xy01+c1"],
    ["day 1/a|run|B02|01|DAPI|5", "srv+export/day 1/a/run+wellB02+xy01+cDAPI+z5"],
    ["|run||||", "srv+export/run+t"],
    ["|||1||", "srv+export/+xy1"],
    ["|GFP+RFP: 50%||||", "srv+export/GFP%2bRFP%3a 50%25+t"],
    ["../x|.hidden||||", "srv+export/%2e%2e/x/%2ehidden+t"],
  ])("calls %j %j", (key, folder) => {
    expect(named("/srv/export", key)).toBe(folder);
  });

  it("gives no two series the same folder, and none inside another's", () => {
    const part = fc.oneof(
      fc.stringMatching(/^[a-c+%_. 01-]{0,4}$/),
      fc.constantFrom("xy01", "wellA1", "t", "+xy1", "run+c1", "x".repeat(300), "é".repeat(150)),
    );
    const rest = fc.record({ prefix: part, well: part, position: part, channel: part });
    const folder = fc.array(
      part.filter((text) => text !== "" && text !== "." && text !== ".."),
      { maxLength: 2 },
    );
    const key = fc.tuple(folder, rest).map(([folders, name]) => `${folders.join("/")}|${seriesKey(name)}`);
    const id = fc.record({ root: fc.constantFrom("/a/b", "/a+b", "/a%2bb"), seriesKey: key });
    fc.assert(
      fc.property(id, id, (a, b) => {
        const [one, two] = [seriesFolder(a), seriesFolder(b)];
        if (a.root === b.root && a.seriesKey === b.seriesKey) return expect(one).toBe(two);
        expect(one).not.toBe(two);
        expect(one.startsWith(`${two}/`)).toBe(false);
        for (const name of one.split("/")) expect(Buffer.byteLength(name)).toBeLessThan(240);
        expect(dirname(one)).not.toMatch(/^\.|\/\./);
      }),
      { numRuns: 2000 },
    );
  });
});

it("knows its own entries again, and nothing else", () => {
  for (const mark of ["", ".reconstructed", ".placeholder"] as const) {
    const name = entryName(7, timeDigits(12), mark, suffixOf("/x/a.TIFF"));
    expect(name).toBe(`t0007${mark}.tif`);
    expect(OWN_ENTRY.test(name)).toBe(true);
    expect(OWN_TEMPORARY.test(`.${name}.tmp`)).toBe(true);
  }
  for (const name of ["t1.tif", "notes.txt", "t0001.tif.bak", "at0001.tif", "t0001.analysed.tif"])
    expect(OWN_ENTRY.test(name)).toBe(false);
});
