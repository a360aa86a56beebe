import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { type Log, silentLog } from "../../src/log/log.js";
import { SeriesKeeper } from "../../src/series/keeper.js";
import { manifestFile } from "../../src/series/names.js";
import { defocusedResult, frameResult, handClock, openTestLedger, settledSource, sha } from "../ledger/support.js";
import { RULES, temporaryFolder } from "./support.js";

const KEY = "|run||01|1|";

function place() {
  const base = temporaryFolder();
  const root = join(base, "in");
  mkdirSync(root);
  const clock = { ...handClock(), ms: 0, monotonic: () => clock.ms };
  const ledger = openTestLedger({ clock });
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => void warnings.push(message) };
  const folder = join(base, "series");
  const options = { folder, roots: [root], link: "copy" as const, rules: RULES, minFreeBytes: 0 };
  const keeper = (more: Partial<typeof options> = {}) =>
    new SeriesKeeper({ ...options, ...more }, { ledger, clock, log, freeBytes: () => Promise.resolve(1e12) });
  const own = join(folder, root.slice(1).replaceAll("/", "+"), "run+xy01+c1");
  return { base, root, clock, ledger, warnings, keeper, own };
}

/** A frame that comes, and is judged. */
function judge(
  ledger: Ledger,
  root: string,
  time: number,
  text: string,
  more: { made?: string; acquiredMs?: number } = {},
) {
  const path = join(root, `run_t${time}xy01c1.tif`);
  writeFileSync(path, text);
  const { size, mtimeMs, ctimeMs } = statSync(path);
  const sha256 = Buffer.from(text).toString("hex").padEnd(64, "0");
  ledger.settled(root, settledSource(path, { size, mtimeMs, ctimeMs, sha256 }), {
    seriesKey: KEY,
    position: "01",
    time,
  });
  const [job] = ledger.takeReady(3_000_000, 1);
  const facts = { ...frameResult().facts, acquiredMs: more.acquiredMs ?? time * 60_000 };
  if (more.made === undefined) return ledger.finished(job!.id, frameResult({ facts }), 3_000_000);
  writeFileSync(more.made, "made");
  const { reconstruction, ...result } = defocusedResult(more.made);
  ledger.finished(job!.id, { ...result, facts, reconstruction: { ...reconstruction!, size: 4 } }, 3_000_000);
}

const names = (folder: string) =>
  readdirSync(folder).filter((name) => !name.startsWith(".") && name !== "manifest.csv");
const alarms = (ledger: Ledger) =>
  ledger
    .select<{ detail: string }>("SELECT detail_json AS detail FROM events WHERE kind = 'series-alarm' ORDER BY id")
    .map(({ detail }) => (JSON.parse(detail) as { text: string }).text);

describe("SeriesKeeper", () => {
  it("makes all folders the first time, and then follows what the ledger writes down", async () => {
    const { base, root, ledger, keeper, own } = place();
    judge(ledger, root, 1, "one");
    const series = keeper();
    await series.look();
    expect(names(own)).toEqual(["t0001.tif"]);
    judge(ledger, root, 3, "three", { made: join(base, "three.reconstructed.tif") });
    await series.look();
    expect(names(own)).toEqual(["t0001.tif", "t0003.reconstructed.tif"]);
    // Out of order, and then overwritten by the microscope.
    judge(ledger, root, 2, "two");
    judge(ledger, root, 3, "three again");
    await series.look();
    expect(names(own)).toEqual(["t0001.tif", "t0002.tif", "t0003.tif"]);
    expect(readFileSync(join(own, "t0003.tif"), "utf8")).toBe("three again");
    expect(series.status()).toEqual({
      folder: join(base, "series"),
      series: 1,
      problems: {},
      failing: 0,
      failure: null,
    });
  });

  it("goes on where an earlier run ended, also one that was killed before it wrote that down", async () => {
    const { root, ledger, keeper, own } = place();
    judge(ledger, root, 1, "one");
    await keeper().look();
    judge(ledger, root, 2, "two");
    // Nothing of the folder is looked at that no event is about.
    rmSync(join(own, "t0001.tif"));
    await keeper().look();
    expect(names(own)).toEqual(["t0001.tif", "t0002.tif"]);
    rmSync(dirname(own), { recursive: true });
    await keeper().look();
    expect(existsSync(own)).toBe(false);
    // Other settings: everything anew.
    await keeper({ link: "copy", rules: { ...RULES, placeholder: true } }).look();
    expect(names(own)).toEqual(["t0001.tif", "t0002.tif"]);
  });

  it("raises an alarm once for a frame that came late, in the ledger and in the status, over restarts", async () => {
    const { root, ledger, keeper, warnings } = place();
    for (const time of [1, 2, 3, 4, 5]) judge(ledger, root, time, `${time}`, { acquiredMs: time * 60_000 });
    judge(ledger, root, 6, "6", { acquiredMs: 700_000 });
    const series = keeper();
    await series.look();
    expect(alarms(ledger)).toEqual(["t6 was taken 400 s after t5, where 60 s are usual"]);
    judge(ledger, root, 7, "7", { acquiredMs: 760_000 });
    await series.look();
    judge(ledger, root, 9, "9", { acquiredMs: 880_000 });
    const later = keeper();
    await later.look();
    expect(alarms(ledger).length).toBe(1);
    expect(warnings.length).toBe(1);
    expect(later.status().problems).toEqual({ gap: 1, late: 1 });
  });

  it("tries again later where a folder cannot be made, and forgets nothing meanwhile", async () => {
    const { root, clock, ledger, keeper, own, warnings } = place();
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, "a file in its place");
    judge(ledger, root, 1, "one");
    const series = keeper();
    await series.look();
    await series.look();
    expect(series.status()).toMatchObject({ failing: 1, failure: expect.stringContaining("RF_OUTPUT_UNWRITABLE") });
    expect(warnings.length).toBe(1);
    rmSync(own);
    await series.look();
    expect(existsSync(own)).toBe(false);
    // A restart, and a minute, both try again.
    await keeper().look();
    expect(names(own)).toEqual(["t0001.tif"]);
    rmSync(dirname(own), { recursive: true });
    clock.ms += 61_000;
    await series.look();
    expect(names(own)).toEqual(["t0001.tif"]);
    expect(series.status().failing).toBe(0);
  });

  it("copies nothing when that would leave too little space, and leaves other roots alone", async () => {
    const { root, ledger, keeper, own } = place();
    judge(ledger, root, 1, "one");
    ledger.settled("/elsewhere", settledSource("/elsewhere/a_t1.tif", { sha256: sha("b") }), {
      seriesKey: "|a||||",
      time: 1,
    });
    const series = keeper({ minFreeBytes: 2e12 });
    await series.look();
    expect(series.status()).toMatchObject({ series: 0, failing: 1, failure: expect.stringContaining("RF_DISK_LOW") });
    expect(existsSync(manifestFile(own))).toBe(false);
  });

  it("starts, and stops when the folder in hand is made", async () => {
    const { root, ledger, keeper, own } = place();
    judge(ledger, root, 1, "one");
    const series = keeper();
    series.start();
    await series.stop();
    const next = keeper();
    await next.look();
    expect(names(own)).toEqual(["t0001.tif"]);
  });
});
