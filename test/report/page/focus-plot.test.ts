import { describe, expect, it } from "vitest";
import type { FocusPoint } from "../../../src/report/page/day-totals.js";
import { focusDots, focusPlot } from "../../../src/report/page/focus-plot.js";

const point = (changes: Partial<FocusPoint>): FocusPoint => ({
  ...{ time: 1, atMs: 1000, p: 0.1, verdict: "focused", state: "done" },
  ...changes,
});

describe("the dots of a position", () => {
  it("lie along time points, with the low probabilities at the bottom", () => {
    const dots = focusDots([
      point({ time: 1, p: 0 }),
      point({ time: 4, p: 1, verdict: "defocused", atMs: 9000 }),
      point({ time: 2, p: 0.5, verdict: "uncertain" }),
    ]);
    expect(dots).toMatchObject({ axis: "time point", first: { time: 1 }, last: { time: 4, atMs: 9000 } });
    expect(dots!.paths).toEqual({ focused: "M0 60h0", defocused: "M300 0h0", uncertain: "M100 30h0" });
  });

  it("lie along arrival where a name tells no time point", () => {
    const dots = focusDots([point({ atMs: 0 }), point({ time: null, atMs: 10 })]);
    expect(dots).toMatchObject({ axis: "arrival", paths: { focused: "M0 54h0M300 54h0" } });
  });

  it("lie below the line where there is no probability; frames that are still open are not drawn", () => {
    const dots = focusDots([
      point({ p: null, verdict: "blank" }),
      point({ time: 2, p: null, verdict: null, state: "quarantined" }),
      point({ time: 3, p: null, verdict: null, state: "ready" }),
    ]);
    expect(dots!.paths).toEqual({ blank: "M0 68h0", problem: "M300 68h0" });
    expect(focusDots([point({ p: null, verdict: null, state: "working" })])).toBeUndefined();
  });

  it("are as many as can be told apart, however many frames there are", () => {
    const many = Array.from({ length: 200_000 }, (_, i) => point({ time: i, p: ((i * 7919) % 1000) / 1000 }));
    const bytes = Object.values(focusDots(many)!.paths).join("").length;
    expect(bytes).toBeLessThan(301 * 61 * 10);
    expect(focusDots(Array.from({ length: 5000 }, () => point({})))!.paths.focused).toBe("M150 54h0");
  });
});

it("draws thresholds, and is described in words", () => {
  const dots = focusDots([point({})])!;
  const { text } = focusPlot(dots, { focusedBelow: 0.35, defocusedAbove: 0.65, description: `xy1 "a"` });
  expect(text).toContain(`aria-label="xy1 &quot;a&quot;"`);
  expect(text).toContain(`class="threshold" d="M0 39.0h300M0 21.0h300"`);
});
