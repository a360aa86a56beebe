import fc from "fast-check";
import { expect, it } from "vitest";
import { DueQueue } from "../../src/watch/due-queue.js";

it("gives out each key at the time set last, in order", () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("set" as const), key: fc.constantFrom("a", "b", "c", "d"), ms: fc.nat(50) }),
      fc.record({ kind: fc.constant("delete" as const), key: fc.constantFrom("a", "b", "c", "d") }),
      fc.record({ kind: fc.constant("take" as const), ms: fc.nat(50) }),
    ),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(steps, (sequence) => {
      const queue = new DueQueue();
      const model = new Map<string, number>();
      for (const step of sequence) {
        if (step.kind === "set") {
          queue.set(step.key, step.ms);
          model.set(step.key, step.ms);
        } else if (step.kind === "delete") {
          queue.delete(step.key);
          model.delete(step.key);
        } else {
          const due = [...model].filter(([, ms]) => ms <= step.ms);
          const taken = queue.take(step.ms);
          expect(new Set(taken)).toEqual(new Set(due.map(([key]) => key)));
          expect(taken).toHaveLength(due.length);
          const times = taken.map((key) => model.get(key)!);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          for (const key of taken) model.delete(key);
        }
        expect(queue.next()).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
      }
    }),
  );
});

it("does not grow with the number of times that a key is moved", () => {
  const queue = new DueQueue();
  for (let ms = 0; ms < 100_000; ms++) queue.set("a", 1e6 - ms);
  expect(queue.take(1e7)).toEqual(["a"]);
  expect(queue.next()).toBeUndefined();
});
