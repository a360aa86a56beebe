import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, suggest } from "../../src/config/suggest.js";

describe("a suggestion", () => {
  const known = ["path", "output", "include", "exclude", "intervalSeconds"];

  test.each([
    ["ouput", "output"],
    ["Include", "include"],
    ["interval_seconds", "intervalSeconds"],
    ["intervallSecond", "intervalSeconds"],
    ["excludes", "exclude"],
    ["colour", undefined],
    ["", undefined],
  ])("for %s is %s", (unknown, expected) => {
    expect(suggest(unknown, known)).toBe(expected);
  });
});

describe("the edit distance", () => {
  const word = fc.string({ maxLength: 8, unit: fc.constantFrom("a", "b", "c") });

  test("counts inserted, deleted and replaced letters", () => {
    expect([editDistance("kitten", "sitting"), editDistance("", "abc"), editDistance("abc", "abc")]).toEqual([3, 3, 0]);
  });

  test("is symmetric, zero for equals only, and obeys the triangle inequality", () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });
});
