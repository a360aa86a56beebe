import fc from "fast-check";
import { expect, test } from "vitest";
import { holdOut } from "../../../src/train/adapt/hold-out.js";

const fieldsOf = (groups: readonly string[]) => groups.map((group, k) => ({ path: `/lab/${k}.tif`, group }));

test("no group is on both sides, each side has a field, and each field is on one", () => {
  const groups = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(groups, fc.nat(100), (names, seed) => {
      const fields = fieldsOf(names);
      const { learnt, heldOut, isOnePlace } = holdOut(fields, seed);
      expect(new Set([...learnt, ...heldOut].map(({ path }) => path)).size).toBe(fields.length);
      expect(learnt.length + heldOut.length).toBe(fields.length);
      expect(learnt.length * heldOut.length).toBeGreaterThan(0);
      expect(isOnePlace).toBe(new Set(names).size === 1);
      const held = new Set(heldOut.map(({ group }) => group));
      if (!isOnePlace) expect(learnt.some(({ group }) => held.has(group))).toBe(false);
    }),
  );
});

test("of five files of one place one is held out, and keeps its group", () => {
  const { learnt, heldOut, isOnePlace } = holdOut(fieldsOf(["a", "a", "a", "a", "a"]), 1);
  expect([learnt.length, heldOut.length, isOnePlace]).toEqual([4, 1, true]);
  expect(heldOut[0]!.group).toBe("a");
});
