import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileMark, lookAtFile, nextFileStep, readFileNow, UNREAD } from "../../src/config/file-sight.js";

const QUIET = 1000;

describe("when to read a file that may have changed", () => {
  it("is a quiet second after its last change, and then not again", () => {
    let sight = lookAtFile(UNREAD, "a", 0);
    expect(nextFileStep(sight, QUIET, 0)).toEqual({ kind: "wait", untilMs: 1000 });
    sight = lookAtFile(sight, "b", 900);
    expect(nextFileStep(sight, QUIET, 1899)).toEqual({ kind: "wait", untilMs: 1900 });
    expect(nextFileStep(sight, QUIET, 1900)).toEqual({ kind: "read" });
    sight = readFileNow(sight, "b");
    expect(nextFileStep(lookAtFile(sight, "b", 9000), QUIET, 9000)).toEqual({ kind: "rest" });
  });

  it("is never, before the first look", () => {
    expect(nextFileStep(UNREAD, QUIET, 1e9)).toEqual({ kind: "rest" });
  });

  it("knows another file in the same place, and no file", () => {
    const stat = { kind: "file", size: 5, mtimeMs: 1, ctimeMs: 1, ino: 7 } as const;
    const marks = [stat, { ...stat, ino: 8 }, { ...stat, size: 6 }, { ...stat, ctimeMs: 2 }, undefined].map(fileMark);
    expect(new Set(marks).size).toBe(5);
    expect(fileMark({ ...stat })).toBe(marks[0]);
  });

  it("whatever is written when: never within the quiet period, and the last content is always read", () => {
    const change = fc.record({ afterMs: fc.nat(2500), mark: fc.constantFrom("a", "b", "c", "nothing") });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.integer({ min: 50, max: 2000 }), (changes, everyMs) => {
        let atMs = 0;
        const writes = changes.map(({ afterMs, mark }) => {
          atMs += afterMs;
          return { atMs, mark };
        });
        let sight = UNREAD;
        const endMs = atMs + QUIET + 2 * everyMs;
        for (let nowMs = 0; nowMs <= endMs; nowMs += everyMs) {
          const last = writes.findLast((write) => write.atMs <= nowMs) ?? { atMs: 0, mark: "first" };
          sight = lookAtFile(sight, last.mark, nowMs);
          if (nextFileStep(sight, QUIET, nowMs).kind !== "read") continue;
          expect(nowMs - sight.sinceMs).toBeGreaterThanOrEqual(QUIET);
          sight = readFileNow(sight, last.mark);
        }
        expect(sight.readMark).toBe(writes.at(-1)?.mark ?? "first");
      }),
    );
  });
});
