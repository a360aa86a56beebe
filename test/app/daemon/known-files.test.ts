import fc from "fast-check";
import { expect, it } from "vitest";
import { KnownFiles } from "../../../src/app/daemon/known-files.js";

const stat = fc.record({ size: fc.nat(), mtimeMs: fc.double({ noNaN: true }), ctimeMs: fc.double({ noNaN: true }) });
const path = fc
  .tuple(
    fc.constantFrom("/", "/w/", "/w/µ/"),
    fc.constantFrom("a.tif", "ä b.tif", "a-name-of-more-than-12-letters.tif", "🔬"),
  )
  .map((parts) => parts.join(""));
const step = fc.oneof(fc.record({ path, stat }), fc.record({ path, stat: fc.constant(undefined) }));

it("knows what a map by path knows, whatever comes and goes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const known = new KnownFiles();
      const expected = new Map<string, object>();
      let forgotten = 0;
      for (const { path, stat } of steps) {
        if (stat !== undefined) {
          known.set(path, stat);
          expected.set(path, stat);
        } else {
          known.delete(path);
          if (expected.delete(path)) forgotten++;
        }
        for (const folder of ["/", "/w/", "/w/µ/"]) {
          for (const name of ["a.tif", "ä b.tif", "a-name-of-more-than-12-letters.tif", "🔬", "other"]) {
            expect(known.get(folder + name)).toEqual(expected.get(folder + name));
            expect(known.has(folder === "/" ? folder : folder.slice(0, -1), name)).toBe(expected.has(folder + name));
          }
        }
        expect(known.forgotten).toBe(forgotten);
      }
    }),
  );
});
