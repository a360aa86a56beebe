import { expect, it } from "vitest";
import { nearestInFocus } from "../../../src/app/demo/before-after.js";
import type { VerdictRow } from "../../../src/app/demo/verdict-rows.js";

const row = (file: string, verdict: VerdictRow["verdict"]): VerdictRow => ({
  ...{ file, path: `/in/${file}`, verdict, pDefocused: null, errorCode: null },
  ...{ reconstruction: null, trust: null, trustVerdict: null, settledMs: null, finishedMs: 0 },
});

it("compares with the focused frame of the same position that is nearest in time", () => {
  const lost = row("demo_t05xy1c1.tif", "defocused");
  const rows = [
    row("demo_t02xy1c1.tif", "focused"),
    row("demo_t04xy1c1.tif", "defocused"),
    row("demo_t05xy2c1.tif", "focused"),
    lost,
    row("demo_t07xy1c1.tif", "focused"),
    row("notes.tif", "focused"),
  ];
  expect(nearestInFocus(lost, rows)?.file).toBe("demo_t07xy1c1.tif");
  expect(nearestInFocus(lost, [lost])).toBeUndefined();
  expect(nearestInFocus(row("notes.tif", "defocused"), rows)).toBeUndefined();
});
