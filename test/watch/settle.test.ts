import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decide,
  examined,
  type Finding,
  look,
  type Marker,
  type Moment,
  neededQuietMs,
  type SettleOptions,
  type SettleState,
  unchangedMs,
} from "../../src/watch/settle.js";

const options: SettleOptions = { quietMs: 1000, staleMs: 300_000, zeroTailMs: 10_000, retryMs: 1000, clockMarginMs: 0 };
const share: SettleOptions = { ...options, clockMarginMs: 300_000 };
const START = 1_000_000_000;
const at = (ms: number): Moment => ({ wallMs: START + ms, monotonicMs: ms });
const stat = (size: number, changedMs: number) =>
  ({ kind: "file", size, mtimeMs: START + changedMs, ctimeMs: START + changedMs, ino: 1 }) as const;
const seen = (changedMs: number, ms: number, size = 10): SettleState =>
  look(undefined, stat(size, changedMs), at(ms), at(ms));
const whole: Finding = { kind: "whole", type: "tiff", pages: 1, sha256: "aa" };

describe("a recording", () => {
  it("is waited for through the pauses between its time points, and given up in the end", () => {
    const finding: Finding = { kind: "incomplete", why: "no chunk map yet", recording: true };
    const patient = { ...options, recordingStaleMs: 86_400_000 };
    const unchangedFor = (ms: number, which: Finding) =>
      decide(examined(look(seen(0, 0), stat(10, 0), at(ms), at(ms)), which), patient);
    expect(unchangedFor(3_600_000, finding)).toEqual({ kind: "wait", untilMs: 86_400_000 });
    expect(unchangedFor(3_600_000, { kind: "incomplete", why: "no IFD" })).toMatchObject({ code: "RF_INCOMPLETE" });
    expect(unchangedFor(86_400_001, finding)).toMatchObject({ kind: "rejected", code: "RF_INCOMPLETE" });
  });
});

describe("quiet", () => {
  it("waits for the very end of the quiet period where the stamps can be trusted", () => {
    expect(decide(seen(0, 300), options)).toEqual({ kind: "wait", untilMs: 1000 });
    expect(decide(seen(0, 1000), options)).toEqual({ kind: "examine", acceptZeroTail: false });
  });

  it("believes a file of which both stamps are old at first sight", () => {
    expect(decide(seen(-5_000, 0), options).kind).toBe("examine");
    const copied = { ...stat(10, 0), mtimeMs: START - 1e9 };
    expect(decide(look(undefined, copied, at(0), at(0)), options).kind).toBe("wait");
  });

  it("watches for itself, and looks often, where the stamps may be wrong", () => {
    let state = seen(-200_000, 0);
    expect(decide(state, share)).toEqual({ kind: "wait", untilMs: 250 });
    state = look(state, state.stat, at(999), at(999));
    expect(decide(state, share)).toEqual({ kind: "wait", untilMs: 1000 });
    state = look(state, state.stat, at(1000), at(1000));
    expect(decide(state, share).kind).toBe("examine");
  });

  it("does not count the time that a slow stat took", () => {
    const first = look(undefined, stat(10, 9e9), at(0), at(5000));
    const second = look(first, first.stat, at(5500), at(9000));
    expect(unchangedMs(second, options)).toBe(500);
  });

  it("is not deceived by stamps from the future or a wall clock that is set back", () => {
    let state = seen(1e9, 0);
    expect(decide(state, options)).toEqual({ kind: "wait", untilMs: 250 });
    state = look(state, state.stat, { wallMs: START - 1e9, monotonicMs: 1000 }, at(1000));
    expect(decide(state, options).kind).toBe("examine");
  });

  it.each(["size", "mtimeMs", "ctimeMs"] as const)("begins anew when %s changes", (key) => {
    const state = examined(seen(9e9, 0), whole);
    const changed = look(state, { ...state.stat, [key]: 12 }, at(2000), at(2000));
    expect(changed).toMatchObject({ finding: undefined, first: at(2000) });
  });
});

describe("a done marker", () => {
  const marked = (changedMs: number, ms: number, marker: Marker) =>
    look(undefined, stat(10, changedMs), at(ms), at(ms), marker);
  const present = (stampMs: number): Marker => ({ kind: "present", stampMs: START + stampMs });

  it("that is not older than the frame ends its writing at once", () => {
    expect(decide(marked(0, 0, present(0)), options)).toEqual({ kind: "examine", acceptZeroTail: false });
    expect(decide(marked(-5000, 0, present(7)), options).kind).toBe("examine");
  });

  it("that is older than the frame says nothing: the quiet period decides", () => {
    expect(decide(marked(0, 300, present(-1)), options)).toEqual({ kind: "wait", untilMs: 1000 });
    expect(decide(marked(0, 1000, present(-1)), options).kind).toBe("examine");
  });

  it("that is not there is waited for until the frame is stale, and then missed in a note", () => {
    const absent: Marker = { kind: "absent" };
    expect(decide(marked(0, 1000, absent), options)).toEqual({ kind: "wait", untilMs: 300_000 });
    const stale = marked(0, 300_000, absent);
    expect(decide(stale, options).kind).toBe("examine");
    expect(decide(examined(stale, whole), options)).toEqual({
      kind: "settled",
      whole,
      note: "no done marker came for 300 s",
    });
  });

  it("counts as it was when it was last looked at", () => {
    const waiting = marked(0, 1000, { kind: "absent" });
    expect(decide(look(waiting, waiting.stat, at(1100), at(1100), present(1050)), options).kind).toBe("examine");
  });

  it("makes nothing whole that is not", () => {
    const state = marked(0, 0, present(0));
    expect(decide(examined(state, { kind: "incomplete", why: "no IFD" }), options).kind).toBe("wait");
    expect(decide(examined(state, { kind: "zero-tail", why: "zeros" }), options)).toEqual({
      kind: "wait",
      untilMs: 11_000,
    });
  });
});

describe("what the content says", () => {
  const quiet = seen(0, 1000);
  const decideAt = (finding: Finding, ms: number) => {
    const state = examined(quiet, finding);
    return decide(look(state, state.stat, at(ms), at(ms)), options);
  };

  it("settles what is whole", () => {
    expect(decide(examined(quiet, whole), options)).toEqual({ kind: "settled", whole });
  });

  it("waits for the rest of what is not, and gives up when it is stale", () => {
    const finding: Finding = { kind: "incomplete", why: "no IFD" };
    expect(decideAt(finding, 1000)).toEqual({ kind: "wait", untilMs: 300_000 });
    expect(decideAt(finding, 300_000)).toEqual({
      kind: "rejected",
      code: "RF_INCOMPLETE",
      detail: "no IFD; unchanged for 300 s",
    });
  });

  it("gives a tail of zeros 10 s more, then reads it again and takes it", () => {
    const finding: Finding = { kind: "zero-tail", why: "zeros" };
    expect(decideAt(finding, 1000)).toEqual({ kind: "wait", untilMs: 11_000 });
    expect(decideAt(finding, 11_000)).toEqual({ kind: "examine", acceptZeroTail: true });
    expect(decide(seen(-20_000, 0), options)).toEqual({ kind: "examine", acceptZeroTail: true });
  });

  it("waits for an empty file without opening it", () => {
    expect(decide(seen(0, 5000, 0), options)).toEqual({ kind: "wait", untilMs: 300_000 });
    expect(decide(seen(0, 300_000, 0), options)).toMatchObject({ kind: "rejected", code: "RF_ZERO_BYTES" });
  });

  it.each([
    [{ kind: "unsupported", what: "an ND2 file" }, "RF_UNSUPPORTED_TYPE"],
    [{ kind: "damaged", why: "a loop" }, "RF_DECODE_FAILED"],
    [{ kind: "failed", why: "a bug" }, "RF_INTERNAL"],
  ] as const)("rejects %o at once", (finding, code) => {
    expect(decideAt(finding, 1000)).toMatchObject({ kind: "rejected", code });
  });

  it.each(["directory", "other"] as const)("rejects a %s", (kind) => {
    const state = look(undefined, { ...stat(0, 0), kind }, at(0), at(0));
    expect(decide(state, options)).toMatchObject({ kind: "rejected", code: "RF_NOT_A_FILE" });
  });
});

describe("a file that cannot be opened", () => {
  const locked = (ms: number): Finding => ({ kind: "unreadable", why: "EBUSY", sinceMs: ms, triedMs: ms });

  it("is tried each second, however old it is", () => {
    const state = examined(seen(-1e9, 0), locked(0));
    expect(decide(state, options)).toEqual({ kind: "wait", untilMs: 1000 });
    expect(decide(look(state, state.stat, at(1000), at(1000)), options).kind).toBe("examine");
  });

  it("is given up when that went on for the stale period, and not before", () => {
    let state = examined(seen(0, 0), locked(0));
    state = examined(state, locked(299_000));
    expect(decide(state, options).kind).toBe("wait");
    state = examined(state, locked(300_000));
    expect(decide(state, options)).toMatchObject({
      kind: "rejected",
      code: "RF_UNREADABLE",
      detail: "EBUSY, for 300 s",
    });
  });
});

it("never examines before the quiet period and always names a later time to wait for", () => {
  const marks = fc.constantFrom("none", "absent", "written", "left");
  const one = fc.record({ afterMs: fc.nat(700), changes: fc.boolean(), size: fc.nat(3), mark: marks });
  const looks = fc.array(one, { minLength: 1 });
  fc.assert(
    fc.property(looks, fc.integer({ min: -299_000, max: 1e6 }), (sequence, skewMs) => {
      let ms = 0;
      let changedMs = 0;
      let current = stat(1, skewMs);
      let state: SettleState | undefined;
      let stampMs = Number.NEGATIVE_INFINITY;
      for (const { afterMs, changes, size, mark } of sequence) {
        ms += afterMs;
        if (changes) {
          changedMs = ms;
          current = stat(size, ms + skewMs);
        }
        if (mark === "written") stampMs = START + ms + skewMs;
        const isThere = mark === "written" || (mark === "left" && stampMs > 0);
        const marker: Marker = isThere ? { kind: "present", stampMs } : { kind: "absent" };
        state = look(state, current, at(ms), at(ms), mark === "none" ? undefined : marker);
        const decision = decide(state, share);
        const needed = neededQuietMs(state, share);
        if (mark === "none") expect(needed).toBe(share.quietMs);
        if (mark === "absent") expect(needed).toBe(share.staleMs);
        if (needed === 0) expect(stampMs).toBeGreaterThanOrEqual(current.ctimeMs);
        if (decision.kind === "examine") expect(ms - changedMs).toBeGreaterThanOrEqual(needed);
        if (decision.kind === "wait") expect(decision.untilMs).toBeGreaterThan(ms);
      }
    }),
  );
});
