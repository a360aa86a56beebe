import { describe, expect, test } from "vitest";
import { type Amounts, PRESETS, plan } from "./plan.js";
import type { RoundResult } from "./round.js";
import { table, totals } from "./table.js";

const names = (amounts: Amounts) => new Set(plan(amounts).map(({ name }) => name));

describe("what a run consists of", () => {
  test("the full run reaches 200 kills and 50,000 frames, and has all that the short one has", () => {
    const { rounds, frames, kills, burst, folders, backlog, backlogKills } = PRESETS.full;
    expect(rounds * kills + backlogKills).toBeGreaterThanOrEqual(200);
    // Of each thirteen files of a round one is written twice, and one has a second page.
    expect((rounds * frames * 15) / 13 + burst + 2 * folders + backlog).toBeGreaterThanOrEqual(50_000);
    for (const name of names(PRESETS.short)) expect(names(PRESETS.full)).toContain(name);
  });

  test("0 leaves a kind out", () => {
    const nothing = Object.fromEntries(Object.keys(PRESETS.usual).map((name) => [name, 0])) as unknown as Amounts;
    expect(plan(nothing)).toEqual([]);
  });
});

test("the table sums up, and says what was not played and why", () => {
  const result: RoundResult = { name: "a", frames: 3, kills: 1, seconds: 1, faults: { kill: 1 }, findings: [] };
  const lost = { kind: "lost", path: "/in/a.tif", what: "no row" } as const;
  const skipped = { ...result, name: "disk", frames: 0, kills: 0, faults: {}, skipped: "no root" };
  const lines = table(totals([result, { ...result, findings: [lost] }, skipped]), 7);
  expect(lines).toContain("| 2 | 6 | 2 | 7 | 1 | 0 | 0 | 0 |");
  expect(lines).toContain("| kill | 2 |");
  expect(lines).toContain("| disk | not played: no root |");
});
