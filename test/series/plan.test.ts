import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FrameState, Verdict } from "../../src/ledger/types.js";
import { planSeries } from "../../src/series/plan.js";
import type { SeriesFrame, SeriesPlan } from "../../src/series/series.js";
import { defocused, frame, RULES } from "./support.js";

const files = (plan: SeriesPlan) => plan.entries.map(({ file }) => file);
const kinds = (plan: SeriesPlan) => plan.rows.map(({ time, kind }) => `${time} ${kind}`);
const told = (plan: SeriesPlan) => plan.problems.map(({ kind, text }) => `${kind}: ${text}`);

describe("planSeries", () => {
  it("takes sources that are in focus and reconstructions of those that are not, in time order", () => {
    const plan = planSeries(
      [frame(3), defocused(2), frame(1, { verdict: "uncertain" }), frame(4, { verdict: "blank" })],
      RULES,
    );
    expect(files(plan)).toEqual(["t0001.tif", "t0002.reconstructed.tif", "t0003.tif", "t0004.tif"]);
    expect(plan.entries[1]!.from).toMatchObject({ path: "/out/run_t2c1.reconstructed.tif", size: 12 });
    expect(plan.problems).toEqual([]);
  });

  it("shows uncertain frames by their reconstruction where that is wanted, and focused ones never", () => {
    const { reconstruction } = defocused(1);
    const frames = [frame(1, { verdict: "uncertain", reconstruction }), frame(2, { reconstruction })];
    const plan = planSeries(frames, { ...RULES, reconstructionOf: ["defocused", "uncertain"] });
    expect(kinds(plan)).toEqual(["1 reconstruction", "2 source"]);
  });

  it("shows pages of larger files by their extracts, and says so", () => {
    const page = (time: number, changes: Partial<SeriesFrame> = {}) =>
      frame(time, { path: "/in/run.nd2", type: "nd2", pages: 3, page: time - 1, ...changes });
    const extract = { path: "/out/run.nd2.t001.p000.extract.tif", sha256: "f".repeat(64), size: 20 };
    const { reconstruction } = defocused(2);
    const made = page(2, { verdict: "defocused", reconstruction });
    const plan = planSeries([page(3), made, page(1, { extract })], RULES);
    expect(kinds(plan)).toEqual(["1 extract", "2 reconstruction", "3 source"]);
    expect(files(plan)).toEqual(["t0001.extract.tif", "t0002.reconstructed.tif"]);
    expect(plan.entries[0]!.from).toMatchObject(extract);
    expect(plan.rows.map(({ note }) => note)).toEqual(["in-source page 1 of 3", "", "in-source page 3 of 3"]);
    expect(told(plan)).toEqual(["in-source: 1 frames are pages of larger files, and cannot be linked by themselves"]);
  });

  it("tells gaps, and puts nothing in their place unless it is asked to", () => {
    const frames = [frame(1), frame(2), frame(5), frame(7)];
    const plan = planSeries(frames, RULES);
    expect(told(plan)).toEqual(["gap: t3 to t4 are missing", "gap: t6 is missing"]);
    expect(kinds(plan)).toEqual([
      "1 source",
      "2 source",
      "3 missing",
      "4 missing",
      "5 source",
      "6 missing",
      "7 source",
    ]);
    expect(files(plan)).toEqual(["t0001.tif", "t0002.tif", "t0005.tif", "t0007.tif"]);
    const filled = planSeries(frames, { ...RULES, placeholder: true });
    expect(files(filled).slice(2, 4)).toEqual(["t0003.placeholder.tif", "t0004.placeholder.tif"]);
    expect(filled.entries[2]!.from).toEqual({
      kind: "placeholder",
      time: 3,
      like: { width: 40, height: 30, channels: 1, bitDepth: 16 },
    });
    expect(told(filled)).toEqual(told(plan));
  });

  it("makes no million rows of a mistyped number", () => {
    const plan = planSeries([frame(1), frame(5_000_000)], { ...RULES, placeholder: true });
    expect(plan.rows.length).toBe(2);
    expect(plan.problems).toMatchObject([{ kind: "gap", points: 4_999_998 }]);
    expect(files(plan)).toEqual(["t0000001.tif", "t5000000.tif"]);
  });

  it("tells what is set aside, gone, not judged yet, or defocused without a reconstruction", () => {
    const none = { verdict: null, pDefocused: null };
    const plan = planSeries(
      [
        frame(1, { ...none, state: "quarantined", errorCode: "RF_DECODE_FAILED" }),
        frame(2, { ...none, state: "gone" }),
        frame(3, { ...none, state: "ready" }),
        frame(4, { verdict: "defocused" }),
      ],
      RULES,
    );
    expect(kinds(plan)).toEqual(["1 missing", "2 missing", "3 pending", "4 source"]);
    expect(files(plan)).toEqual(["t0004.tif"]);
    expect(plan.problems.map(({ kind }) => kind)).toEqual(["set-aside", "gone", "not-reconstructed"]);
  });

  it("takes one of several files of a time point, judged before waiting, exact before lossy, and tells the others", () => {
    const png = frame(1, { path: "/in/run_t1c1.png", type: "png" });
    const tif = frame(1, { path: "/in/run_t01c1.tif" });
    const plan = planSeries([png, tif, frame(1, { path: "/in/run_t001c1.tif", state: "ready", verdict: null })], RULES);
    expect(plan.entries.map(({ from }) => from)).toMatchObject([{ path: "/in/run_t01c1.tif" }]);
    expect(plan.rows.map(({ note }) => note)).toEqual(["", "duplicate of run_t01c1.tif", "duplicate of run_t01c1.tif"]);
    expect(told(plan)).toEqual(["duplicate: t1 is run_t01c1.tif, and also run_t001c1.tif, run_t1c1.png"]);
  });

  it("does not link to a page of a larger file, but says where it is; its reconstruction is a file of its own", () => {
    const page = (time: number, more: Partial<SeriesFrame> = {}) =>
      frame(time, { path: "/in/run.nd2", type: "nd2", pages: 12, page: time * 2, ...more });
    const { verdict, reconstruction } = defocused(2);
    const plan = planSeries([page(1), page(2, { verdict, reconstruction })], RULES);
    expect(files(plan)).toEqual(["t0002.reconstructed.tif"]);
    expect(plan.rows[0]).toMatchObject({ kind: "source", file: null, note: "in-source page 3 of 12" });
    expect(plan.problems).toMatchObject([{ kind: "in-source", points: 1 }]);
  });

  it("puts frames without a time point in the order of their running number, without gaps", () => {
    const plan = planSeries(
      [frame(null, { seq: 12, path: "/in/b.tif" }), frame(null, { seq: 4, path: "/in/a.tif" })],
      RULES,
    );
    expect(files(plan)).toEqual(["t0004.tif", "t0012.tif"]);
    expect(plan.problems).toEqual([]);
    expect(planSeries([frame(null)], RULES)).toMatchObject({ rows: [], entries: [], problems: [{ kind: "untimed" }] });
  });

  it("gives lossless and lossy sources their suffix, and pads for Fiji", () => {
    const plan = planSeries(
      [
        frame(9, { path: "/in/a_t9.PNG" }),
        frame(10, { path: "/in/a_t10.JPEG" }),
        frame(12_345, { path: "/in/a.ome.tiff" }),
      ],
      RULES,
    );
    expect(files(plan)).toEqual(["t00009.png", "t00010.jpg", "t12345.tif"]);
  });
});

const state = fc.constantFrom<FrameState>("ready", "working", "done", "done", "done", "quarantined", "gone");
const verdict = fc.constantFrom<Verdict>("focused", "defocused", "uncertain", "blank");
const anyFrame = fc
  .record({
    time: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 8 }),
    seq: fc.option(fc.nat(50)),
    name: fc.constantFrom("a", "b"),
    pages: fc.constantFrom(1, 1, 1, 3),
    page: fc.nat(2),
    state,
    verdict,
    made: fc.boolean(),
    acquiredMs: fc.option(fc.nat(100_000)),
    type: fc.constantFrom("tiff" as const, "png" as const, "nd2" as const),
  })
  .map(({ name, made, state, verdict, ...more }) => {
    const path = `/in/${name}_t${more.time}_${more.seq}.${more.type}`;
    const isDone = state === "done";
    const reconstruction =
      isDone && made && verdict === "defocused" ? defocused(1, `/out/${name}`).reconstruction : null;
    const page = more.pages === 1 ? 0 : more.page;
    const errorCode = state === "quarantined" ? "RF_DECODE_FAILED" : null;
    return frame(more.time, {
      ...more,
      page,
      path,
      state,
      reconstruction,
      errorCode,
      verdict: isDone ? verdict : null,
    });
  });
/** As in the ledger: one row for a file and page. */
const anySeries = fc.uniqueArray(anyFrame, { selector: ({ path, page }) => `${path} ${page}`, maxLength: 40 });

describe("for any series", () => {
  it("the folder is the same in whatever order its frames came", () => {
    const shuffled = anySeries.chain((frames) =>
      fc.tuple(fc.constant(frames), fc.shuffledSubarray(frames, { minLength: frames.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.boolean(), ([frames, others], placeholder) => {
        expect(planSeries(others, { ...RULES, placeholder })).toEqual(planSeries(frames, { ...RULES, placeholder }));
      }),
    );
  });

  it("every frame with a time is told, names sort by time, no name comes twice, and nothing invented has a source's name", () => {
    fc.assert(
      fc.property(anySeries, fc.boolean(), (frames, placeholder) => {
        const plan = planSeries(frames, { ...RULES, placeholder });
        const timed = frames.filter(
          ({ time, seq }) => (frames.some((each) => each.time !== null) ? time : seq) !== null,
        );
        expect(plan.rows.filter((row) => row.frame !== null).length).toBe(timed.length);
        const names = files(plan);
        expect(names).toEqual([...new Set(names)].sort());
        const times = plan.rows.map(({ time }) => time);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const { file, kind } of plan.rows) {
          if (file === null) continue;
          expect([file, file.includes(".reconstructed."), file.includes(".placeholder.")]).toEqual([
            file,
            kind === "reconstruction",
            kind === "placeholder",
          ]);
        }
        expect(plan.rows.filter(({ file }) => file !== null).map(({ file }) => file)).toEqual(names);
      }),
    );
  });
});
