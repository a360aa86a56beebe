import { createHash } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AdaptReport, AdaptRequest } from "../../../../src/app/adapt/adapt.js";
import { type AdaptOnceRequest, type AdaptTools, adaptOnce } from "../../../../src/app/adapt/schedule/adapt-once.js";
import { baseClassifier } from "../../../../src/app/adapt/schedule/base-classifier.js";
import type { ModelCard } from "../../../../src/models/card.js";
import { findModel, sha256 } from "../../../../src/models/registry.js";
import { writeModel } from "../../../../src/models/write-model.js";
import { systemFileSystem } from "../../../../src/system/file-system.js";
import type { Score } from "../../../../src/train/adapt/score.js";
import { frameResult, handClock, openTestLedger, settledSource, temporaryFolder } from "../../../ledger/support.js";
import { sampleCard } from "../../../models/sample-card.js";

const score = (right: number, wrong: number): Score => ({
  ...{ right, wrong, uncertain: 54 - right - wrong, focused: 18, focusedRight: 12, logLoss: (wrong + 1) / 10 },
});

async function write(models: string, name: string, parent?: ModelCard): Promise<ModelCard> {
  const selfTest = { seed: 1, shape: [1, 4, 4, 3], outputShape: [1, 2], samples: [0], tolerance: 0.1 };
  const card = { ...sampleCard(name), kind: "classifier" as const, selfTest: selfTest as never };
  const from = parent && { parent: { name: parent.name, version: parent.version, sha256: parent.sha256 } };
  await writeModel(models, { ...card, ...from }, Buffer.from(`weights of ${name}`));
  return (await findModel(models, name)).card;
}

async function setUp({ frames = 6, after = score(50, 1), rival = score(40, 5) } = {}) {
  const [folder, bundled, own] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const clock = handClock();
  const ledger = openTestLedger({ clock });
  const sdcnn = await write(bundled, "sdcnn");
  for (let k = 0; k < frames; k++) {
    const path = join(folder, `run_xy${(k % 2) + 1}_${k}.tif`);
    writeFileSync(path, path);
    const hash = createHash("sha256").update(path).digest("hex");
    const series = `|run||xy${(k % 2) + 1}||`;
    ledger.settled(folder, settledSource(path, { sha256: hash, settledAtMs: clock.now() - 1000 }), {
      seriesKey: series,
      time: k,
    });
    ledger.finished(ledger.takeReady(1e13, 1)[0]!.id, frameResult({ pDefocused: 0.02 }), clock.now());
  }
  const request: AdaptOnceRequest = {
    ...{ ledger: ledger.path, models: [bundled, own], work: join(own, ".adapting"), configured: "sdcnn", rivals: [] },
    ...{ days: 14, frames: 20, na: 0.45, pixelMicrometres: null, basis: null },
  };
  const asked: AdaptRequest[] = [];
  const judged: string[] = [];
  const tools: AdaptTools = {
    fs: systemFileSystem,
    async adapt(wanted) {
      asked.push(wanted);
      const name = wanted.name!;
      const isBetter = after.right > 40;
      if (isBetter) await write(wanted.into!, name, sdcnn);
      const chosen = isBetter ? { way: "last" as const, after, kept: after, isBetter } : null;
      const adaptation = {
        frames: 54,
        before: score(40, 5),
        keptBefore: score(54, 0),
        tried: [],
        chosen,
        fitted: null,
      };
      const installed = isBetter ? join(wanted.into!, name) : null;
      return { old: sdcnn, adaptation, name, installed, seconds: 1 } satisfies AdaptReport;
    },
    async score({ directory }) {
      judged.push(directory);
      return rival;
    },
  };
  const run = (changes: Partial<AdaptOnceRequest> = {}) => adaptOnce({ ...request, ...changes }, ledger, clock, tools);
  return { run, asked, judged, bundled, own, sdcnn };
}

describe("one scheduled adaptation", () => {
  test("installs what is better, as a whole, among the adapted models", async () => {
    const { run, asked, own, sdcnn } = await setUp();
    const outcome = await run();
    const name = "sdcnn-lab-20261123";
    expect(outcome).toMatchObject({
      kind: "installed",
      model: { name, sha256: sha256(Buffer.from(`weights of ${name}`)) },
      parent: { name: "sdcnn", sha256: sdcnn.sha256 },
      words: expect.stringMatching(/^6 frames, 0 of them reviewed; 40 right, 9 uncertain, 5 wrong before, 50 right/),
    });
    expect((await findModel(own, name)).card.parent?.sha256).toBe(sdcnn.sha256);
    expect(readdirSync(join(own, ".adapting", "models"))).toEqual([]);
    expect(asked[0]).toMatchObject({ model: "sdcnn", microscope: { na: 0.45, pixelUm: 0.65 }, fields: { length: 6 } });
  });

  test("is spared when there are no other frames than the last time", async () => {
    const { run, asked } = await setUp();
    const first = await run();
    const basis = first.kind === "installed" ? first.basis : "";
    expect(await run({ basis, rivals: ["sdcnn-lab-20261123"] })).toEqual({ kind: "nothing-new" });
    expect(asked).toHaveLength(1);
    expect(await run({ basis, na: 0.5 })).toMatchObject({ kind: "installed", model: { name: "sdcnn-lab-20261123-2" } });
  });

  test("installs nothing that is not better than the classifier that it was made from", async () => {
    const { run, own } = await setUp({ after: score(40, 5) });
    expect(await run()).toMatchObject({ kind: "nothing-better", than: "sdcnn" });
    expect(readdirSync(own)).toEqual([".adapting"]);
  });

  test("installs nothing that is not better than the one in use, and still starts from the configured one", async () => {
    const { run, own, sdcnn, asked, judged } = await setUp({ rival: score(52, 0) });
    await write(own, "in-use", sdcnn);
    const outcome = await run({ rivals: ["in-use"] });
    expect(outcome).toMatchObject({
      kind: "nothing-better",
      than: "in-use",
      words: expect.stringMatching(/52 right, 2 uncertain, 0 wrong with in-use/),
    });
    expect([asked[0]?.model, judged]).toEqual(["sdcnn", [join(own, "in-use")]]);
    expect(existsSync(join(own, "sdcnn-lab-20261123"))).toBe(false);
  });

  test("asks no rival that is gone or was made from another classifier", async () => {
    const { run, own, judged } = await setUp({ rival: score(54, 0) });
    await write(own, "other", await write(own, "old-sdcnn"));
    expect(await run({ rivals: ["gone", "other"] })).toMatchObject({ kind: "installed" });
    expect(judged).toEqual([]);
  });

  test("of too few frames is an outcome; without its classifier it is an error", async () => {
    const { run, asked } = await setUp({ frames: 3 });
    expect(await run()).toMatchObject({ kind: "too-few", detail: expect.stringMatching(/3 frames of 2 positions/) });
    await expect(run({ configured: "nothing" })).rejects.toThrow("RF_MODEL_MISSING");
    expect(asked).toEqual([]);
  });
});

test("where the configured classifier was adapted itself, adapting starts from the first of its line", async () => {
  const { bundled, own, sdcnn, run, asked, judged } = await setUp({ rival: score(40, 5) });
  const once = await write(own, "once", sdcnn);
  await write(own, "twice", once);
  expect((await baseClassifier([bundled, own], "twice")).card.name).toBe("sdcnn");
  expect((await baseClassifier([bundled, own], "sdcnn")).card.name).toBe("sdcnn");
  expect(await run({ configured: "twice" })).toMatchObject({ kind: "installed", parent: { name: "sdcnn" } });
  expect([asked[0]?.model, judged]).toEqual(["sdcnn", [join(own, "twice")]]);
  await write(own, "orphan", { ...once, sha256: "f".repeat(64) });
  await expect(baseClassifier([bundled, own], "orphan")).rejects.toThrow("RF_MODEL_REPLACED");
});
