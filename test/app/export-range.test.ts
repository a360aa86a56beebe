import { expect, it } from "vitest";
import { exportRange } from "../../src/app/export-range.js";

const at = (text: string) => Date.parse(text);

it("is a day, from its midnight to the next one", () => {
  expect(exportRange({ day: "2026-11-24" }, "Europe/Berlin")).toEqual({
    ...{ fromMs: at("2026-11-23T23:00Z"), toMs: at("2026-11-24T23:00Z"), name: "2026-11-24" },
  });
});

it("is several days, the last one too; or open to either side", () => {
  expect(exportRange({ from: "2026-11-01", to: "2026-11-02" }, "UTC")).toEqual({
    ...{ fromMs: at("2026-11-01T00:00Z"), toMs: at("2026-11-03T00:00Z"), name: "2026-11-01_2026-11-02" },
  });
  expect(exportRange({ from: "2026-11-01" }, "UTC")).toMatchObject({
    toMs: Number.MAX_SAFE_INTEGER,
    name: "2026-11-01_now",
  });
  expect(exportRange({}, "UTC")).toMatchObject({ fromMs: 0, name: "all" });
});

it.each([
  { day: "2026-13-01" },
  { from: "yesterday" },
  { day: "2026-11-01", to: "2026-11-02" },
  { from: "2026-11-02", to: "2026-11-01" },
])("refuses %o", (choice) => {
  expect(() => exportRange(choice, "UTC")).toThrow("RF_USAGE");
});
