import { describe, expect, test } from "vitest";
import type { Measured } from "../../src/evaluate/measure-frame.js";
import { evaluationPage } from "../../src/evaluate/page/page.js";
import { ofEachKind, planFrames } from "../../src/evaluate/plan.js";
import { makeReport } from "../../src/evaluate/report.js";
import type { EvaluatedFrame, Evaluation } from "../../src/evaluate/run-evaluation.js";
import { noise } from "../train/support/planes.js";

const fields = Array.from({ length: 6 }, (_, k) => ({ path: `/data/<f${k}>.tif`, group: `g${k}` }));

/** Frames whose verdicts are right but for one, and some of whose reconstructions the classifier takes for focused. */
function evaluation(): Evaluation {
  const frames = planFrames(fields, 48, 1).map(({ field, model, band }, k): EvaluatedFrame => {
    const p = band.defocused ? 0.9 : k === 0 ? 0.95 : 0.1;
    const close = (ssim: number) => ({ ssim, mae: 10 * (1 - ssim), psnr: 30 });
    const measured: Measured = {
      source: field.path.slice(6),
      model,
      band: band.name,
      defocused: band.defocused,
      dof: -band.to,
      verdict: p > 0.65 ? "defocused" : "focused",
      pDefocused: p,
      byTiles: { verdict: p > 0.65 ? "defocused" : "focused", pDefocused: p },
      pSpectrum: 0.5,
      distance: { dof: band.to - 0.1, low: 0, high: k % 2 ? 5 : band.to - 0.05 },
      tiles: [p, p],
      before: close(band.defocused ? 0.5 : 1),
      ssimByOptics: 0.7,
      restored: ["one", "two"].map((name, r) => ({
        name,
        ...close(0.8 + 0.1 * r),
        ssimChange: 0.6,
        ssimAlone: 0.75 + 0.1 * r,
        pDefocused: band.defocused ? (k % 4 < 2 ? 0.1 : 0.9) : null,
        pTiles: band.defocused ? 0.1 : null,
      })),
      // Calls every frame focused, and can tell what the second network makes from it.
      others: [
        {
          name: "other",
          verdict: "focused",
          pDefocused: 0.2,
          tiles: [0.2],
          made: band.defocused ? [0.2, 0.3] : [null, null],
        },
      ],
    };
    const plane = noise(64, 64, k, 1000, 50);
    const smaller = [{ by: "cropping", side: 134, defocused: band.defocused, pDefocused: k % 2 ? p : null } as const];
    return {
      group: field.group,
      measured,
      smaller,
      judgeMs: k,
      restoreMs: [2, 3],
      detail: { focused: plane, before: plane, after: [plane, plane] },
    };
  });
  return { frames, rivals: [], mosaics: [] };
}

const facts = {
  date: "2026-11-24",
  command: "refocusd evaluate --data x",
  data: "x",
  na: 0.3,
  pixelUm: 0.87,
  seed: 1,
  heldOut: null,
  classifier: { name: "sdcnn", version: "1", sha256: "a".repeat(64) },
  others: [{ name: "other", version: "1", sha256: "c".repeat(64) }],
  reconstructors: ["one", "two"].map((name) => ({ name, version: "1", sha256: "b".repeat(64) })),
  engine: "onnx",
  processor: "any",
};

describe("the frames of an evaluation", () => {
  test("are as many of each band and model, on as many fields as needed", () => {
    const planned = planFrames(fields, 20, 1);
    expect(planned).toHaveLength(24);
    expect(new Set(planned.map(({ field }) => field)).size).toBe(3);
    expect(new Set(planned.map(({ seed }) => seed)).size).toBe(24);
  });

  test("are more of each field where there are few fields", () => {
    expect(planFrames(fields.slice(0, 2), 64, 1)).toHaveLength(64);
  });

  test("that are deconvolved are of every band out of focus and both models, and not all of one field", () => {
    const some = ofEachKind(planFrames(fields, 48, 1), 12);
    expect(new Set(some.map(({ band, model }) => band.name + model)).size).toBe(6);
    expect(new Set(some.map(({ field }) => field)).size).toBeGreaterThan(1);
    expect(some).toHaveLength(12);
  });
});

describe("the report", () => {
  const report = makeReport(facts, evaluation());

  test("tells accuracy, AUC and the fooling test, with intervals by group", () => {
    const found = (name: string, model: string) => report.figures.find((f) => f.name === name && f.model === model);
    expect(found("accuracy of frames (P > 0.5)", "weak")?.value).toBeCloseTo(23 / 24, 10);
    expect(found("accuracy of frames (P > 0.5)", "abbe")).toMatchObject({ value: 1, low: 1, high: 1, groups: 6 });
    expect(found("AUC, focused against defocused", "abbe")?.value).toBe(1);
    // Of each field one of the three reconstructions ties with the focused frame, two lie above it: 2/3 + 1/6.
    expect(found("AUC, focused against what one made of the defocused", "abbe")?.value).toBeCloseTo(5 / 6, 10);
    expect(found("the same of one by the tiles alone", "abbe")?.value).toBeCloseTo(0.5, 10);
    expect(found("SSIM of defocused frames before", "weak")?.value).toBeCloseTo(0.5, 10);
    expect(found("SSIM of them after two", "weak")?.value).toBeCloseTo(0.9, 10);
  });

  test("tells the same of each classifier that judges beside the first", () => {
    const found = (name: string) => report.figures.find((f) => f.name === name && f.model === "abbe")?.value;
    expect(found("accuracy of frames (P > 0.5), by other")).toBeCloseTo(1 / 4, 10);
    expect(found("AUC, focused against defocused, by other")).toBeCloseTo(0.5, 10);
    expect(found("AUC, focused against what one made of the defocused, by other")).toBeCloseTo(0.5, 10);
    expect(found("AUC, focused against what two made of the defocused, by other")).toBe(1);
    const [own, other] = report.tables.classifiers;
    const right = (rows: readonly (readonly unknown[])[]) => rows.at(-1)!.slice(-3);
    expect(right(own!.rows)).toEqual([24, 0, 0]);
    expect(right(other!.rows)).toEqual([6, 0, 18]);
    expect(other!.title).toMatch(/by other$/);
  });

  test("counts verdicts against the truth, and blank pieces apart", () => {
    expect(report.tables.confusion.rows[0]).toEqual(["weak", "focused", 5, 0, 1, 0]);
    expect(report.tables.confusion.rows[1]).toEqual(["weak", "defocused", 0, 0, 18, 0]);
    expect(report.tables.distance.rows[0]).toEqual([
      "weak",
      "0-0.35",
      6,
      6,
      0.1,
      0.1,
      expect.any(Number),
      expect.any(Number),
    ]);
    const [whole, cropped] = report.tables.smaller.rows;
    expect(whole?.slice(0, 4)).toEqual(["not", "whole", 48, 0]);
    expect(cropped?.slice(0, 4)).toEqual(["cropping", 134, 24, 24]);
  });

  test("has a table for each reconstructor", () => {
    expect(report.tables.reconstructors.map(({ title }) => title)).toEqual(["one", "two"]);
    for (const [r, { columns, rows }] of report.tables.reconstructors.entries()) {
      const shown = rows.filter((row) => row[0] === "weak").map((row) => row[columns.indexOf("by the network alone")]);
      expect(new Set(shown)).toEqual(new Set([0.75 + 0.1 * r]));
      for (const row of rows) expect(row).toHaveLength(columns.length);
    }
  });
});

describe("the page", () => {
  test("says first that the defocus was computed, needs nothing else, and runs nothing", async () => {
    const all = evaluation();
    const page = await evaluationPage(makeReport(facts, all), all);
    expect(page.indexOf("put out of focus by computation")).toBeLessThan(page.indexOf("<h2>"));
    expect(page).not.toMatch(/<script|https?:\/\/|<link/);
    expect(page).not.toContain("<f0>");
    expect(page).toContain("&lt;f0&gt;.tif");
    expect(page).not.toMatch(/NaN|undefined|\[object/);
    expect(page.match(/data:image\/webp/g)!.length).toBe(14 * 4);
    // On a phone: bands are not broken, and a table that is too wide moves by itself, by keys too.
    expect(page).toContain('<td class="word">0-0.35</td>');
    expect(page).toContain('<td class="words">accuracy of frames (P &gt; 0.5)</td>');
    expect(page.match(/<table>/g)!.length).toBe(page.match(/<div class="scroll" tabindex="0"><table>/g)!.length);
  });
});
