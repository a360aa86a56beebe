import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { silentLog } from "../../src/log/log.js";
import { type DoneMarker, markerPaths } from "../../src/watch/done-marker.js";
import { FolderWatcher } from "../../src/watch/watcher.js";
import { FakeClock } from "./support/fake-clock.js";
import { FakeFileSystem } from "./support/fake-file-system.js";
import { MemorySink } from "./support/memory-sink.js";
import { isWhole, stubCheck } from "./support/stub-check.js";

const QUIET = 100;
const STALE = 600;
const SWEEP = 300;
const REPORTED_WITHIN_MS = 100;
const NAMES = ["/w/a.tif", "/w/b.tif", "/w/sub/c.tif", "/w/a.tif.tmp"] as const;

const MARKERS = ["/w/a.tif.done", "/w/a.done", "/w/b.done", "/w/sub/c.tif.done", "/w/done.txt", "/w/sub/done.txt"];

const name = fc.constantFrom(...NAMES);
const letters = fc.string({ unit: fc.constantFrom("x", "y"), maxLength: 3 });
const content = fc.oneof(
  letters.map((text) => `<${text}>`),
  letters.map((text) => `<${text}`),
  letters.map((text) => `<${text}00>`),
  fc.constant(""),
);

/** What a program can do to files, and how long it rests afterwards: mostly less than the quiet period, sometimes more. */
const restMs = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: QUIET, max: 250 }), fc.constant(QUIET));
const step = fc.record({
  restMs,
  act: fc.oneof(
    fc.record({ kind: fc.constant("write" as const), name, content }),
    fc.record({ kind: fc.constant("copy" as const), name, content }),
    fc.record({ kind: fc.constant("grow" as const), name, text: fc.constantFrom("x", ">", "y>") }),
    fc.record({ kind: fc.constant("fill" as const), name }),
    fc.record({ kind: fc.constant("rename" as const), name, to: name }),
    fc.record({ kind: fc.constant("delete" as const), name }),
    fc.record({ kind: fc.constant("lock" as const), name, errno: fc.constantFrom("EBUSY", "EACCES", undefined) }),
    fc.record({
      kind: fc.constant("root away" as const),
      how: fc.constantFrom("removed" as const, "unmounted" as const, "broken" as const),
      ms: fc.integer({ min: 10, max: 400 }),
    }),
  ),
});
/** The same where the program also marks what it has done: after, before or in the middle of the writing. */
const markingStep = fc.oneof(
  { weight: 2, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({
      restMs,
      act: fc.record({ kind: fc.constant("mark" as const), marker: fc.constantFrom(...MARKERS) }),
    }),
  },
);
type Step = typeof markingStep extends fc.Arbitrary<infer T> ? T : never;
type Act = Step["act"];

async function perform(act: Act, fs: FakeFileSystem, clock: FakeClock): Promise<void> {
  switch (act.kind) {
    case "mark":
      return fs.write(act.marker, "");
    case "write":
      return fs.write(act.name, act.content);
    case "copy":
      return fs.write(act.name, act.content, 1_000_000);
    case "grow":
      return fs.write(act.name, (fs.content(act.name) ?? "<") + act.text);
    case "fill":
      return fs.write(act.name, (fs.content(act.name) ?? "<>").replaceAll("0", "y"));
    case "rename":
      return fs.rename(act.name, act.to);
    case "delete":
      return fs.remove(act.name);
    case "lock":
      return fs.content(act.name) === undefined ? undefined : fs.lock(act.name, act.errno);
    case "root away":
      if (act.how === "broken") fs.broken = "EHOSTDOWN";
      else fs.away = { root: "/w", how: act.how };
      fs.awaySinceMs = clock.now();
      await clock.advance(act.ms);
      fs.broken = undefined;
      fs.away = undefined;
  }
}

/** @param skewMs how far the clock of the file system is ahead of ours. */
async function play(steps: Step[], polling: boolean, skewMs: number, doneMarker?: DoneMarker): Promise<void> {
  const clock = new FakeClock();
  const fs = new FakeFileSystem(clock);
  fs.stampOffsetMs = skewMs;
  fs.hashMs = 40;
  fs.folder("/w");
  fs.folder("/w/sub");
  const sink = new MemorySink();
  const violations: unknown[] = [];
  sink.before = (report) => {
    expect(report.path).not.toMatch(/tmp$|done/);
    // Reports of a burst are made together, so one can be this late.
    const late = (sinceMs: number) => clock.now() - sinceMs <= REPORTED_WITHIN_MS;
    if (report.kind === "gone") {
      if (!late(fs.awaySinceMs)) expect(fs.away).toBeUndefined();
      if (!late(fs.changedMs(report.path))) expect(fs.content(report.path)).toBeUndefined();
    }
    if (report.kind !== "settled") return;
    // What was hashed is what lies there, it is whole, and nobody had touched it for as long as it needs.
    const now = fs.content(report.path);
    // So late that the file has moved on: the report names the stat that was examined, the next look sees another, and a worker refuses
    // other bytes.
    const stamps = fs.stamps(report.path);
    const { mtimeMs, ctimeMs } = report.file;
    if (stamps?.mtimeMs !== mtimeMs || stamps.ctimeMs !== ctimeMs) {
      if (stamps !== undefined) expect(late(fs.changedMs(report.path))).toBe(true);
      return;
    }
    expect(report.file.sha256).toBe(now);
    expect(isWhole(now ?? "")).toBe(true);
    const leastMs = neededMs(fs, report.path, report.file.note, doneMarker);
    expect(clock.now() - fs.changedMs(report.path)).toBeGreaterThanOrEqual(leastMs);
  };
  const watcher = new FolderWatcher(
    {
      path: "/w",
      include: [
        "**/*.tif",
        ...(doneMarker === undefined ? [] : [doneMarker.kind === "file" ? "**/*.done" : "**/*.txt"]),
      ],
      doneMarker,
      exclude: [],
      polling,
      quietMs: QUIET,
      staleMs: STALE,
      scanMs: 50,
      sweepMs: SWEEP,
    },
    {
      clock,
      fs,
      sink,
      check: stubCheck,
      log: { ...silentLog, error: (...error) => violations.push(error) },
      realPath: async (path) => path,
      hints: () => ({ folders: 0, problem: undefined, follow() {}, close: async () => {} }),
    },
  );
  await watcher.start();
  for (const { act, restMs } of steps) {
    await perform(act, fs, clock);
    await clock.advance(restMs);
  }
  for (const name of NAMES) if (fs.content(name) !== undefined) fs.lock(name, undefined);
  await clock.advance(2 * STALE + 2 * SWEEP + 2000);

  expect(violations).toEqual([]);
  expect(watcher.status()).toMatchObject({ pending: 0, examining: 0, rootPresent: true });
  for (const path of fs.files().filter((file) => file.endsWith(".tif"))) {
    const text = fs.content(path) ?? "";
    const last = sink.last(path);
    if (isWhole(text)) expect(last).toMatchObject({ kind: "settled", file: { sha256: text } });
    else expect(last).toMatchObject({ kind: "rejected", code: text === "" ? "RF_ZERO_BYTES" : "RF_INCOMPLETE" });
  }
  for (const { path } of sink.reports) expect(sink.last(path)?.kind).not.toBe("seen");
  await watcher.stop();
  await clock.advance(2000);
  expect(clock.sleepers).toBe(0);
}

/** For how long a file that settled must have been left alone. Markers are written in this model, and never removed. */
function neededMs(fs: FakeFileSystem, file: string, note: string | undefined, marker: DoneMarker | undefined): number {
  if (marker === undefined) return QUIET;
  if (note !== undefined) return STALE;
  const there = markerPaths(file, marker).filter((path) => fs.content(path) !== undefined);
  expect(there.length).toBeGreaterThan(0);
  return there.some((path) => fs.changedMs(path) >= fs.changedMs(file)) ? 0 : QUIET;
}

describe("whatever a program does, only whole and quiet files settle, and all come to an end", () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 14 });

  it("on a local disk", async () => {
    await fc.assert(
      fc.asyncProperty(steps, (sequence) => play(sequence, false, 0)),
      { numRuns: 100 },
    );
  });

  it("on a share whose clock is up to five minutes off", async () => {
    const skew = fc.integer({ min: -299_000, max: 299_000 });
    await fc.assert(
      fc.asyncProperty(steps, skew, (sequence, skewMs) => play(sequence, true, skewMs)),
      { numRuns: 100 },
    );
  });

  it.each([
    ["a marker beside each frame", { kind: "file" }],
    ["one marker per folder", { kind: "folder", name: "done.txt" }],
  ] as const)("with %s", async (_what, doneMarker) => {
    const marked = fc.array(markingStep, { minLength: 1, maxLength: 14 });
    const skew = fc.integer({ min: -299_000, max: 299_000 });
    await fc.assert(
      fc.asyncProperty(marked, fc.boolean(), skew, (sequence, polling, skewMs) =>
        play(sequence, polling, polling ? skewMs : 0, doneMarker),
      ),
      { numRuns: 100 },
    );
  });
});
