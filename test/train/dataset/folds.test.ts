import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Field, splitByGroup } from "../../../src/train/dataset/fields.js";
import { foldsByGroup, splitFor } from "../../../src/train/dataset/folds.js";

const fieldsOf = (groups: readonly number[]): Field[] => groups.map((g, k) => ({ path: `${k}.tif`, group: String(g) }));
const groupsOf = (fields: readonly Field[]) => new Set(fields.map((field) => field.group));
/** Fields of two to thirteen groups, and no more folds than groups. */
const several = fc
  .array(fc.nat(12), { minLength: 2, maxLength: 60 })
  .filter((groups) => new Set(groups).size > 1)
  .chain((groups) => fc.tuple(fc.constant(fieldsOf(groups)), fc.integer({ min: 2, max: new Set(groups).size })));

describe("foldsByGroup", () => {
  test("holds out every group in exactly one fold, and folds differ by at most one group", () => {
    fc.assert(
      fc.property(several, fc.integer(), ([fields, count], seed) => {
        const folds = foldsByGroup(fields, seed, count);
        expect(folds).toHaveLength(count);
        const held = folds.flatMap(({ validation }) => [...groupsOf(validation)]);
        expect(held).toHaveLength(groupsOf(fields).size);
        expect(new Set(held)).toEqual(groupsOf(fields));
        const sizes = folds.map(({ validation }) => groupsOf(validation).size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("learns in each fold from all that it does not hold out, and from nothing else", () => {
    fc.assert(
      fc.property(several, fc.integer(), ([fields, count], seed) => {
        for (const { train, validation } of foldsByGroup(fields, seed, count)) {
          expect(new Set([...train, ...validation])).toEqual(new Set(fields));
          expect(train.length + validation.length).toBe(fields.length);
          expect([...groupsOf(train)].filter((group) => groupsOf(validation).has(group))).toEqual([]);
          expect(train.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  test("is the same from the same seed, and another from another", () => {
    const fields = fieldsOf(Array.from({ length: 40 }, (_, k) => k));
    expect(foldsByGroup(fields, 3, 5)).toEqual(foldsByGroup(fields, 3, 5));
    expect(foldsByGroup(fields, 3, 5)).not.toEqual(foldsByGroup(fields, 4, 5));
  });

  test("refuses more folds than groups", () => {
    expect(() => foldsByGroup(fieldsOf([1, 1, 2]), 1, 3)).toThrow(
      expect.objectContaining({ code: "RF_TRAINING_DATA", detail: expect.stringMatching(/3 folds of 2 groups/) }),
    );
  });
});

describe("splitFor", () => {
  test("is what a training always did, where nothing else is asked for", () => {
    const fields = fieldsOf([1, 1, 2, 3, 4, 5, 6, 6]);
    expect(splitFor(fields, { splitSeed: 3 })).toEqual(splitByGroup(fields, 3));
  });

  test("takes fewer fields: those of a smaller number are among those of a larger one, and the held-out ones stay", () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(several, fc.integer(), counts, ([fields], splitSeed, [a, b]) => {
        const all = splitFor(fields, { splitSeed });
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map((mostFields) =>
          splitFor(fields, { splitSeed, mostFields }),
        );
        expect(small!.validation).toEqual(all.validation);
        expect(small!.train).toHaveLength(Math.min(a, b, all.train.length));
        expect(large!.train.filter((field) => small!.train.includes(field))).toEqual(small!.train);
        expect(all.train.filter((field) => large!.train.includes(field))).toEqual(large!.train);
      }),
    );
  });
});
