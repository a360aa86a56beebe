import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ledgerFields } from "../../../src/app/adapt/ledger-fields.js";
import { reviewFrame } from "../../../src/app/review.js";
import { openLedgerReader } from "../../../src/ledger/open.js";
import type { FrameResult } from "../../../src/ledger/types.js";
import { systemFileSystem } from "../../../src/system/file-system.js";
import { frameResult, handClock, openTestLedger, settledSource, sha, temporaryFolder } from "../../ledger/support.js";

const ALL = { sinceMs: 0, count: 20 };
const tile = { left: 0, top: 0, side: 134, contrast: 0.05, signalToNoise: 9 };

function setUp() {
  const root = temporaryFolder();
  const clock = handClock();
  const ledger = openTestLedger({ clock });
  const fileOf = (position: string, time: number) => join(root, `run_${position}_${time}.tif`);
  const judge = (position: string, time: number, changes: Partial<FrameResult> = {}, settledAtMs = 1000 * time) => {
    const path = fileOf(position, time);
    writeFileSync(path, path);
    const sha256 = createHash("sha256").update(path).digest("hex");
    ledger.settled(root, settledSource(path, { sha256, settledAtMs }), { seriesKey: `|run||${position}||`, time });
    const [job] = ledger.takeReady(1e13, 1);
    ledger.finished(job!.id, frameResult({ pDefocused: 0.02, ...changes }), clock.now());
  };
  const review = (position: string, time: number, verdict: "focused" | "defocused") =>
    reviewFrame(fileOf(position, time), undefined, { verdict, reviewer: "Ada", note: null }, { ledger, clock });
  const find = (request: Partial<typeof ALL> = {}) => {
    const reader = openLedgerReader(ledger.path, { clock });
    return ledgerFields(reader, { ...ALL, ...request }, systemFileSystem).finally(() => reader.close());
  };
  const names = async (request: Partial<typeof ALL> = {}) =>
    (await find(request)).fields.map(({ path }) => path.slice(root.length + 5, -4)).sort();
  return { judge, review, find, names, fileOf, ledger };
}

describe("frames of the ledger", () => {
  test("are those that are surely in focus, and what people said outranks it", async () => {
    const { judge, review, find, names } = setUp();
    for (const time of [1, 2, 3]) for (const xy of ["xy1", "xy2"]) judge(xy, time);
    judge("xy1", 4, { pDefocused: 0.2 });
    judge("xy1", 5, { verdict: "defocused", pDefocused: 0.9 });
    judge("xy1", 6, { verdict: "defocused", pDefocused: 0.9 });
    judge("xy1", 7, { verdict: "blank", pDefocused: null });
    judge("xy1", 8, { tiles: [true, true, false].map((isBlank) => ({ ...tile, isBlank })) });
    judge("xy1", 9, { tiles: [true, false, false].map((isBlank) => ({ ...tile, isBlank })) });
    review("xy1", 5, "defocused");
    review("xy1", 5, "focused");
    review("xy2", 3, "defocused");
    const expected = ["xy1_1", "xy1_2", "xy1_3", "xy1_5", "xy1_9", "xy2_1", "xy2_2"];
    expect(await names()).toEqual(expected);
    const { fields, reviewed, microscope, passedOver } = await find();
    expect(fields[0]).toMatchObject({ group: "run xy1" });
    expect(new Set(fields.map(({ group }) => group))).toEqual(new Set(["run xy1", "run xy2"]));
    expect({ reviewed, microscope, passedOver }).toEqual({
      reviewed: 1,
      microscope: { na: undefined, pixelUm: 0.65 },
      passedOver: 0,
    });
    expect(await names({ count: 5 })).toHaveLength(5);
  });

  test("are left where files are gone or changed, or are older than asked for", async () => {
    const { judge, find, names, fileOf } = setUp();
    for (const time of [1, 2, 3, 4, 5]) for (const xy of ["xy1", "xy2"]) judge(xy, time);
    rmSync(fileOf("xy1", 1));
    writeFileSync(fileOf("xy2", 5), "other bytes");
    expect(await find()).toMatchObject({ passedOver: 2, fields: { length: 8 } });
    expect(await names({ sinceMs: 3000 })).toEqual(["xy1_3", "xy1_4", "xy1_5", "xy2_3", "xy2_4"]);
  });

  test("that are too few, or of one position, are refused with what to do", async () => {
    const { judge, review, find } = setUp();
    for (const time of [1, 2, 3, 4, 5, 6]) judge("xy1", time, { verdict: "defocused", pDefocused: 0.99 });
    await expect(find()).rejects.toThrow(/RF_TRAINING_DATA.*0 frames of 0 positions.*refocusd review <file> focused/);
    for (const time of [1, 2, 3, 4, 5, 6]) review("xy1", time, "focused");
    await expect(find()).rejects.toThrow(/6 frames of 1 positions/);
    judge("xy2", 1, { verdict: "defocused", pDefocused: 0.99 });
    review("xy2", 1, "focused");
    expect(await find()).toMatchObject({ reviewed: 7, fields: { length: 7 } });
  });

  test("are not those of which only an adapted classifier is sure", async () => {
    const { judge, review, names, ledger } = setUp();
    const byVersion = { name: "sdcnn-lab", version: "1.4.0-adapted.2026-11-24", sha256: sha("1") };
    const byCard = { name: "ours", version: "2", sha256: sha("2") };
    const card = { parent: { name: "sdcnn", version: "1.4.0", sha256: sha("c") } };
    ledger.registerModel({ role: "classifier", ...byCard, card });
    for (const time of [1, 2, 3]) for (const xy of ["xy1", "xy2"]) judge(xy, time);
    judge("xy1", 4, { classifier: byVersion });
    judge("xy1", 5, { classifier: byCard });
    judge("xy1", 6, { classifier: byCard });
    review("xy1", 6, "focused");
    expect(await names()).toEqual(["xy1_1", "xy1_2", "xy1_3", "xy1_6", "xy2_1", "xy2_2", "xy2_3"]);
  });
});
