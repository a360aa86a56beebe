import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { writeDayPage } from "../../../src/app/day-page/day-page.js";
import { focusMapPicture } from "../../../src/focus/focus-map-picture.js";
import { encodePng } from "../../../src/frames/picture/png.js";
import { encodeTiff } from "../../../src/frames/tiff-writer.js";
import type { Ledger } from "../../../src/ledger/ledger.js";
import { writeDailyLog } from "../../../src/report/daily-log.js";
import { defocusedResult, frameResult, handClock, openTestLedger, temporaryFolder } from "../../ledger/support.js";

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = "2026-11-23";
const RULES = {
  reconstructionOf: ["defocused"],
  placeholder: false,
  intervalMs: null,
  intervalTolerance: 0.5,
} as const;
const HOSTILE = "</style><img src=x onerror=\"alert(1)\"> & 'q'\n";

type Made = { path: string; sha256: string; size: number };
const SIZE = { width: 64, height: 64 } as const;

function tiffFile(path: string, value: number): Made {
  const data = Uint16Array.from({ length: 64 * 64 }, (_, i) => value + (i % 64) * 10);
  const frame = { ...SIZE, channels: 1, bitDepth: 16, data } as const;
  return written(path, encodeTiff(frame, { description: "", software: "test" }));
}

function focusMapFile(path: string): Made {
  const frame = { ...SIZE, channels: 1, bitDepth: 16, data: new Uint16Array(64 * 64) } as const;
  const judged = { verdict: "defocused", pDefocused: 0.9, focusMap: [[0.9]] } as const;
  const tiles = [{ left: 0, top: 0, side: 64, contrast: 1, signalToNoise: 9, isBlank: false }];
  const limits = { focusedBelow: 0.35, defocusedAbove: 0.65 };
  return written(path, encodePng(focusMapPicture(frame, "a.tif", { ...judged, tiles }, limits), {}));
}

function written(path: string, bytes: Buffer): Made {
  writeFileSync(path, bytes);
  return { path, sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
}

/** A real folder with real files: time points 1, 2 and 4 of a position, the last two out of focus. */
function makeDay() {
  const folder = temporaryFolder();
  const root = join(folder, "export");
  const out = join(folder, "out");
  mkdirSync(root);
  mkdirSync(out);
  const ledger = openTestLedger({ clock: handClock(NOON), path: join(folder, "ledger.sqlite") });
  ledger.startRun({ version: "0.1.0", configSha256: "f".repeat(64), host: "scope", engine: null });
  const add = (name: string, time: number, isDefocused: boolean, map?: Made) => {
    const at = NOON + time * 60_000;
    const source = tiffFile(join(root, name), 100 * time);
    const { mtimeMs, ctimeMs } = statSync(source.path);
    const seriesKey = `|${HOSTILE}||1||`;
    const settled = { ...source, mtimeMs, ctimeMs, type: "tiff", pages: 1, settledAtMs: at, lastChangeMs: at } as const;
    ledger.settled(root, settled, { seriesKey, position: "1", time });
    const [job] = ledger.takeReady(at, 1);
    const made = isDefocused ? tiffFile(join(out, `${time}.reconstructed.tif`), 200) : undefined;
    const result = made ? defocusedResult(made.path) : frameResult();
    const reconstruction = made ? { ...made, trust: null } : null;
    const facts = { ...result.facts, ...SIZE };
    const companions = map === undefined ? [] : [{ kind: "focus-map", ...map } as const];
    ledger.finished(job!.id, { ...result, facts, reconstruction, companions }, at + 500);
    return { source, made };
  };
  return { folder, ledger, add, root, out };
}

async function pageOf(ledger: Ledger, folder: string, pictures = 24, change?: (log: string) => void): Promise<string> {
  const options = {
    ledgerPath: ledger.path,
    day: DAY,
    folder: join(folder, "log"),
    clock: handClock(NOON + 86_400_000),
  };
  const { path } = await writeDailyLog({ ...options, timeZone: "UTC" });
  change?.(path);
  const request = { log: path, ledger: ledger.path, rules: RULES, pictures, maxPixels: 1e6 };
  const page = await writeDayPage(request, handClock());
  expect(page.path).toBe(path.replace("sqlite", "html"));
  expect(readdirSync(join(folder, "log")).sort()).toEqual([`${DAY}.html`, `${DAY}.sqlite`]);
  return readFileSync(page.path, "utf8");
}

describe("the page of a day", () => {
  it("tells totals, gaps, problems, models, and shows before and after", async () => {
    const { folder, ledger, add, root } = makeDay();
    add("1.tif", 1, false);
    add("2.tif", 2, true);
    add("4.tif", 4, true);
    ledger.rejected(root, join(root, "cut.tif"), { size: 9, mtimeMs: 1, ctimeMs: 1 }, "RF_INCOMPLETE", "", NOON);
    const page = await pageOf(ledger, folder);
    expect(page).toContain("Monday, 23 November 2026");
    expect(page).toContain("4 frames from 1 position. 2 were out of focus, all of them reconstructed.");
    expect(page).toContain("t3 is missing");
    expect(page).toContain("1 frame: the file stopped growing before it was complete");
    expect(page).toContain("Export it again");
    expect(page).toContain("sdcnn 1.0.0");
    expect(page).toContain("c".repeat(64));
    expect(page.match(/<img [^>]*src="data:image\/webp;base64,/g)).toHaveLength(8);
    expect(page).toContain("no trust figure");
  });

  it("shows the maps that were written of a reconstruction, with what they mean, and says nothing of maps without any", async () => {
    const { folder, ledger, add, out } = makeDay();
    add("1.tif", 1, true);
    const plain = await pageOf(ledger, folder);
    expect(plain).not.toMatch(/class="(maps|pair maps)|Coloured/);
    const map = focusMapFile(join(out, "2.focus-map.png"));
    add("2.tif", 2, true, map);
    const page = await pageOf(ledger, folder);
    expect(page.match(/<img /g)).toHaveLength(4 + 5);
    expect(page.match(/class="pair maps"/g)).toHaveLength(1);
    expect(page.match(/the classifier is/g)!.length).toBeGreaterThan(1);
    // A file of before there were maps.
    const noMaps = (log: string) => void new BetterSqlite3(log).exec("DROP TABLE companions").close();
    expect((await pageOf(ledger, folder, 24, noMaps)).match(/<img /g)).toHaveLength(8);
    // A map that is gone, or another picture than was written, is not shown, and the page is made all the same.
    writeFileSync(map.path, readFileSync(map.path).fill(0, 100, 200));
    expect((await pageOf(ledger, folder)).match(/<img /g)).toHaveLength(8);
  });

  it("loads and runs nothing, whatever files are called", async () => {
    const { folder, ledger, add } = makeDay();
    add(`${HOSTILE.replaceAll("/", "")}.tif`, 1, true);
    const page = await pageOf(ledger, folder);
    expect(page.match(/<img (?!alt="[^"]*" loading="lazy" decoding="async" src="data:)/g)).toBeNull();
    expect(page).not.toMatch(/<script|<link|\bonerror="|https?:/);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page).toContain("default-src 'none'");
  });

  it("shows no more pictures than wanted, and tells where the others are", async () => {
    const { folder, ledger, add } = makeDay();
    for (const time of [1, 2, 3]) add(`${time}.tif`, time, true);
    const page = await pageOf(ledger, folder, 1);
    expect(page.match(/<img /g)).toHaveLength(4);
    expect(page).toContain("Shown are 1 of 3");
    expect(page).toContain("2 reconstructions more");
    expect(page).toContain(join(folder, "out"));
    expect((await pageOf(ledger, folder, 0)).match(/<img /g)).toBeNull();
  });

  it("shows no picture of a file that is gone, or is no longer what was judged", async () => {
    const { folder, ledger, add } = makeDay();
    const { source } = add("1.tif", 1, true);
    const { made } = add("2.tif", 2, true);
    writeFileSync(source.path, "other");
    writeFileSync(made!.path, "other");
    const page = await pageOf(ledger, folder);
    expect(page.match(/<img /g)).toBeNull();
    expect(page.match(/No picture: RF_SOURCE_CHANGED/g)).toHaveLength(2);
    expect(page).toContain(basename(source.path));
  });

  it("has little to say of an empty day", async () => {
    const { folder, ledger } = makeDay();
    const page = await pageOf(ledger, folder);
    expect(page).toContain("Nothing happened on this day");
    expect(page).not.toContain("<h2");
  });
});
