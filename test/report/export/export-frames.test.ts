import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { EXPORT_COLUMNS, exportDictionary } from "../../../src/report/export/columns.js";
import { dictionaryPath, exportFrames } from "../../../src/report/export/export-frames.js";
import { handClock, openTestLedger, ROOT, temporaryFolder } from "../../ledger/support.js";
import { judge, judgeAt } from "../support.js";

const NOON = Date.UTC(2026, 10, 23, 12);
const ALL = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const HOSTILE = 'a,"b"\n<c>=1;é.tif';

function ledgerOfThree() {
  const ledger = openTestLedger({ clock: handClock(NOON) });
  judgeAt(ledger, "xy1", 1, NOON);
  judge(ledger, ROOT, HOSTILE, NOON + 60_000, true);
  ledger.rejected(
    ROOT,
    `${ROOT}/cut.tif`,
    { size: 9, mtimeMs: 1, ctimeMs: 1 },
    "RF_INCOMPLETE",
    "strip 2",
    NOON + 90_000,
  );
  return ledger;
}

/** A reader of its own, so that the writer is not asked about itself. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const line of text.matchAll(/((?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*)\r\n/g)) {
    const cells = [...line[1]!.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^",\r\n]*)/g)].map((match) => match[1]!);
    rows.push(cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)));
  }
  return rows;
}

describe("the same frames", () => {
  it("in CSV", async () => {
    const path = join(temporaryFolder(), "a.csv");
    expect(await exportFrames(ledgerOfThree(), ALL, "csv", path)).toMatchObject({ path, rows: 3 });
    const [names, ...rows] = parseCsv(readFileSync(path, "utf8"));
    expect(names).toEqual(EXPORT_COLUMNS.map(({ name }) => name));
    const records = rows.map((row) => Object.fromEntries(row.map((value, i) => [names![i], value])));
    expect(records[0]).toMatchObject({
      place: "run xy1",
      verdict: "focused",
      arrived_at: "2026-11-23T12:00:00.000Z",
      trust: "",
    });
    expect(records[1]).toMatchObject({ path: `${ROOT}/${HOSTILE}`, verdict: "defocused", trust: "0.8" });
    expect(records[2]).toMatchObject({
      state: "quarantined",
      verdict: "",
      error_code: "RF_INCOMPLETE",
      error_detail: "strip 2",
    });
  });

  it("in JSON", async () => {
    const path = join(temporaryFolder(), "a.json");
    await exportFrames(ledgerOfThree(), ALL, "json", path);
    const rows = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>[];
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatchObject({
      path: `${ROOT}/${HOSTILE}`,
      p_defocused: 0.97,
      latency_s: 2,
      size_bytes: 1000,
      page: 0,
    });
    expect(Object.keys(rows[0]!)).toEqual(EXPORT_COLUMNS.map(({ name }) => name));
    expect(rows[2]).toMatchObject({ verdict: null, sha256: null });
  });

  it("in Parquet, with types and the dictionary", async () => {
    const path = join(temporaryFolder(), "a.parquet");
    await exportFrames(ledgerOfThree(), ALL, "parquet", path);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatchObject({ path: `${ROOT}/${HOSTILE}`, p_defocused: 0.97, size_bytes: 1000n });
    expect(rows[0]!.arrived_at).toEqual(new Date(NOON));
    expect(rows[2]!.verdict ?? null).toBeNull();
  });
});

it("takes frames by their arrival, from the first moment to before the last", async () => {
  const ledger = ledgerOfThree();
  const folder = temporaryFolder();
  const rows = async (fromMs: number, toMs: number) =>
    (await exportFrames(ledger, { fromMs, toMs }, "json", join(folder, "a.json"))).rows;
  expect(await rows(NOON, NOON + 1)).toBe(1);
  expect(await rows(NOON + 1, NOON + 61_000)).toBe(0);
  expect(await rows(NOON + 1, NOON + 61_001)).toBe(1);
});

it.each(["csv", "json", "parquet"] as const)("writes an empty %s for no frames", async (format) => {
  const path = join(temporaryFolder(), `a.${format}`);
  expect(await exportFrames(openTestLedger(), ALL, format, path)).toMatchObject({ rows: 0 });
  if (format === "json") expect(JSON.parse(readFileSync(path, "utf8"))).toEqual([]);
  if (format === "csv") expect(parseCsv(readFileSync(path, "utf8"))).toHaveLength(1);
  if (format === "parquet") expect(await parquetReadObjects({ file: await asyncBufferFromFile(path) })).toEqual([]);
});

it("writes beside it what each column means", async () => {
  const folder = temporaryFolder();
  const { dictionary } = await exportFrames(openTestLedger(), ALL, "csv", join(folder, "a.csv"));
  expect(dictionary).toBe(join(folder, "a.dictionary.csv"));
  expect(parseCsv(readFileSync(dictionary, "utf8"))[0]).toEqual(["column", "type", "unit", "meaning"]);
  for (const { column, meaning } of exportDictionary()) expect(meaning, column).not.toBe("");
  expect(dictionaryPath("/a/b.PARQUET")).toBe("/a/b.dictionary.csv");
  expect(dictionaryPath("/a/frames")).toBe("/a/frames.dictionary.csv");
});

it("leaves nothing half-written behind, and tells what stands in its way", async () => {
  const folder = temporaryFolder();
  const missing = join(folder, "none", "a.csv");
  await expect(exportFrames(openTestLedger(), ALL, "csv", missing)).rejects.toThrow("RF_OUTPUT_UNWRITABLE");
  expect(existsSync(join(folder, "none"))).toBe(false);
  const broken = {
    select: () => {
      throw new Error("gone");
    },
  };
  await expect(exportFrames(broken, ALL, "csv", join(folder, "a.csv"))).rejects.toThrow("gone");
  expect(readdirSync(folder)).toEqual([]);
});
