import { describe, expect, it } from "vitest";
import {
  judge,
  painter,
  placesText,
  summaryText,
  type TimedRow,
  verdictLine,
} from "../../../src/app/demo/demo-text.js";
import type { SampleTruth } from "../../../src/app/demo/truth.js";

const row = (file: string, more: Partial<TimedRow> = {}): TimedRow => ({
  file,
  path: `/in/${file}`,
  verdict: "focused",
  pDefocused: 0.02,
  errorCode: null,
  reconstruction: null,
  trust: null,
  trustVerdict: null,
  settledMs: 11_000,
  finishedMs: 11_200,
  writtenMs: 10_000,
  ...more,
});
const truth = (file: string, dof: number): SampleTruth => ({ file, dof, verdict: dof === 0 ? "focused" : "defocused" });
const plain = painter(false);

describe("judge", () => {
  it("counts as right only what is true, and tells what has no verdict", () => {
    const rows = [
      row("a.tif"),
      row("b.tif"),
      row("c.tif", { verdict: "uncertain" }),
      row("d.tif", { verdict: null, errorCode: "RF_DECODE_FAILED" }),
    ];
    const truths = [truth("a.tif", 0), truth("b.tif", 2), truth("c.tif", 0), truth("d.tif", 0), truth("e.tif", 0)];
    const { right, wrong, missing } = judge(rows, truths);
    expect(right).toBe(1);
    expect(wrong.map((each) => each.row.file)).toEqual(["b.tif", "c.tif"]);
    expect(missing.map(({ file }) => file)).toEqual(["d.tif", "e.tif"]);
  });
});

describe("the lines", () => {
  it("tell verdict, probability, time since the file was complete, and what was made of it", () => {
    const made = row("a.tif", {
      verdict: "defocused",
      pDefocused: 0.9876,
      reconstruction: "/out/a.reconstructed.tif",
      trust: 0.8,
    });
    const line = verdictLine(made, 8, plain);
    expect(line).toMatch(/a\.tif {5}defocused {9}0\.988 {2}1\.20 s {2}→ a\.reconstructed\.tif \(trust 0\.80\)$/);
    expect(
      verdictLine(row("b.tif", { verdict: null, pDefocused: null, errorCode: "RF_INCOMPLETE" }), 8, plain),
    ).toContain("RF_INCOMPLETE");
  });

  it("have colour only when it is asked for", () => {
    const esc = String.fromCharCode(27);
    expect(verdictLine(row("a.tif"), 8, plain)).not.toContain(esc);
    expect(verdictLine(row("a.tif"), 8, painter(true))).toContain(`${esc}[32mfocused`);
  });
});

describe("the summary", () => {
  it("says plainly what is wrong", () => {
    const rows = [row("a.tif"), row("b.tif", { finishedMs: 12_000 })];
    const text = summaryText(rows, [truth("a.tif", 0), truth("b.tif", -2.5)], plain);
    expect(text).toContain("1 of 2 verdicts are right");
    expect(text).toContain("wrong: b.tif was called focused, it is defocused (−2.50 DOF units)");
    expect(text).toMatch(/file complete → verdict {2}p50 1\.20 s, p95 2\.00 s/);
    expect(text).toMatch(/after settling {3}p50 0\.20 s, p95 1\.00 s/);
  });

  it("names the places, quoted for the shell, and the SQL to try first", () => {
    const root = "/tmp/my demo";
    const folder = {
      root,
      incoming: `${root}/microscope`,
      output: `${root}/refocused`,
      state: `${root}/state`,
      log: `${root}/log`,
      config: `${root}/refocusd.yaml`,
      daemonLog: `${root}/daemon.log`,
      sheet: `${root}/before-after.png`,
    };
    const found = { dailyLog: `${root}/log/2026-11-23.sqlite`, hasSheet: true, example: "/in/a.tif" };
    const text = placesText(folder, found, plain);
    expect(text).toContain(`sqlite3 -box '${found.dailyLog}' "SELECT file, verdict`);
    expect(text).toContain(folder.sheet);
    expect(placesText(folder, { ...found, hasSheet: false }, plain)).not.toContain(folder.sheet);
  });
});
