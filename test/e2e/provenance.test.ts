import { createHash } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import type { Reproduction } from "../../src/app/reproduce/compare.js";
import { nd2File } from "../support/nd2-writer.js";
import { multiPageTiff, patternFrame } from "../support/tiff-fixtures.js";
import { canRun, refocusd, SAMPLES } from "./support.js";

const DEFOCUSED = "demo_t04xy1c1";
const folder = mkdtempSync(join(tmpdir(), "refocusd-provenance-"));
const [input, state, out] = ["in", "state", "out"].map((name) => join(folder, name)) as [string, string, string];
const ledger = join(state, "ledger.sqlite");
const source = join(input, `${DEFOCUSED}.tif`);
const made = join(out, `${DEFOCUSED}.reconstructed.tif`);
const stack = join(input, "stack.tif");
const nd2 = join(input, "run.nd2");
const hash = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

/** SQLite leaves the shared memory of a reader behind, which holds nothing of the ledger. */
const untouched = () => [
  ...[hash(ledger), hash(made), readdirSync(out)],
  readdirSync(state).filter((name) => !/-(wal|shm)$/.test(name)),
];

function json(text: string): Reproduction[] {
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Reproduction);
}

/** What somebody changes who gets around the triggers. */
function write(sql: string): void {
  const db = new BetterSqlite3(ledger);
  for (const trigger of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all())
    db.exec(`DROP TRIGGER "${trigger}"`);
  db.exec(sql);
  db.close();
}

describe.skipIf(!canRun)("provenance", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    mkdirSync(input);
    copyFileSync(join(SAMPLES, `${DEFOCUSED}.tif`), source);
    writeFileSync(stack, multiPageTiff([patternFrame(150, 150), patternFrame(160, 150)]));
    writeFileSync(nd2, nd2File({ width: 150, height: 150, loops: [{ kind: "time", count: 2 }] }));
    const { code, err } = await refocusd("process", input, "--state", state, "--out", out);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  }, 120_000);

  it("reproduce gives the same bytes, from the source's path or the reconstruction's, and touches nothing", async () => {
    const before = untouched();
    for (const path of [source, made]) {
      const { code, out: text } = await refocusd("reproduce", path, "--state", state, "--json");
      const [one] = json(text);
      expect(code).toBe(0);
      expect(one).toMatchObject({ path: source, same: true, tiles: { same: true, count: 9 }, circumstances: [] });
      expect(one?.reconstruction).toMatchObject({ same: true, found: hash(made) });
    }
    expect(untouched()).toEqual(before);
  });

  it("reproduce runs each page of a file of several, or one of them", async () => {
    const all = await refocusd("reproduce", stack, "--state", state, "--json");
    expect(json(all.out).map(({ page, same }) => [page, same])).toEqual([
      [0, true],
      [1, true],
    ]);
    const one = await refocusd("reproduce", nd2, "--state", state, "--page", "1", "--json");
    expect(json(one.out).map(({ path, page, same }) => [path, page, same])).toEqual([[nd2, 1, true]]);
  });

  it("reproduce refuses what is not there: the frame, the model", async () => {
    const unknown = await refocusd("reproduce", "/nowhere.tif", "--state", state);
    expect(unknown).toMatchObject({ code: 3, err: expect.stringMatching(/RF_NOT_JUDGED/) });
    const models = join(folder, "models");
    mkdirSync(models);
    const none = await refocusd("reproduce", source, "--state", state, "--models", models);
    expect(none).toMatchObject({
      code: 3,
      err: expect.stringMatching(/RF_MODEL_REPLACED.*sdcnn .* has no classifier/),
    });
  });

  it("verify --chain fits, and reproduce and the chain both tell of a ledger that was changed", async () => {
    const sound = await refocusd("verify", "--chain", "--state", state);
    expect(sound).toMatchObject({
      code: 0,
      out: expect.stringMatching(/6 links, to 6:[0-9a-f]{64}\n(.*\n)*everything fits/),
    });
    const head = /6:[0-9a-f]{64}/.exec(sound.out)?.[0] ?? "";
    const status = await refocusd("status", "--state", state);
    expect(status.out).toContain(`chain ends at ${head}`);
    expect((await refocusd("verify", "--chain", "--state", state, "--head", head)).code).toBe(0);
    expect((await refocusd("verify", "--chain", "--state", state, "--head", "5")).code).toBe(2);
    const beyond = await refocusd("verify", "--chain", "--state", state, "--head", head.replace("6:", "9:"), "--json");
    expect(beyond).toMatchObject({ code: 1, out: expect.stringMatching(/"kind":"other head","seq":9/) });

    write(`UPDATE frames SET sha256 = substr(sha256, 2) || substr(sha256, 1, 1) WHERE path = '${stack}' AND page = 1;
      UPDATE reconstructions SET sha256 = substr(sha256, 2) || substr(sha256, 1, 1)`);
    const altered = await refocusd("verify", "--chain", "--state", state);
    expect(altered.code).toBe(1);
    expect(altered.out).toMatch(/DIFFERS +link \d +.*stack\.tif page 1: the frame's row is not what it was/);
    expect(altered.out).toMatch(new RegExp(`DIFFERS +link \\d +.*${DEFOCUSED}\\.tif: its output is not what it was`));
    expect(altered.out).toMatch(/the first link that does not fit is [2-6]$/m);
    const again = await refocusd("reproduce", source, "--state", state);
    expect(again.code).toBe(1);
    expect(again.out).toMatch(
      /reconstruction +other bytes: .*; pixels not compared: the recorded file was altered since/,
    );
  });

  it("reproduce says that a source has other bytes by now, and runs nothing", async () => {
    appendFileSync(source, "x");
    const { code, out: text } = await refocusd("reproduce", source, "--state", state, "--json");
    expect(code).toBe(1);
    expect(json(text)).toMatchObject([{ same: false, source: { same: false, found: hash(source) }, verdict: null }]);
    expect(existsSync(made)).toBe(true);
  });
});
