import { cpSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { adapted, adaptToLab } from "../../../src/app/adapt/adapt.js";
import { installModel, modelsText } from "../../../src/app/models.js";
import { openOnnxEngine } from "../../../src/engines/onnx.js";
import { bundledModels, findModel, listModels, WEIGHTS_FILE } from "../../../src/models/registry.js";
import { systemClock } from "../../../src/system/clock.js";
import { fitWay, sayOf, type Tried } from "../../../src/train/adapt/adapt-classifier.js";
import { adaptedCard } from "../../../src/train/adapt/adapted-card.js";
import { UNCHANGED } from "../../../src/train/adapt/fit-logit.js";
import { readHead } from "../../../src/train/adapt/head.js";
import { scoreOf } from "../../../src/train/adapt/score.js";
import { temporaryFolder } from "../../ledger/support.js";
import { judgedFrames } from "../../train/adapt/support.js";

const THRESHOLDS = { focusedBelow: 0.35, defocusedAbove: 0.65 };

test("a name that is taken is told before any frame is looked at", async () => {
  const models = temporaryFolder();
  cpSync(join(bundledModels(), "sdcnn"), join(models, "sdcnn"), { recursive: true });
  const fields = [{ path: "/nowhere/a.tif", group: "a" }];
  const words = { source: "", licence: "", command: "" };
  const request = { fields, model: "sdcnn", models, microscope: {}, seed: 1, ...words };
  await expect(adaptToLab({ ...request, name: "sdcnn" }, systemClock)).rejects.toThrow(/RF_USAGE.*there already/);
  await expect(adaptToLab({ ...request, name: "new" }, systemClock)).rejects.toThrow(/RF_TRAINING_DATA/);
});

test("what is fitted is installed as a model of its own, which names its parent and the frames", async () => {
  const { card: old, directory } = await findModel(bundledModels(), "sdcnn");
  const weights = await readFile(join(directory, WEIGHTS_FILE));
  const head = readHead(weights);
  const own = judgedFrames(head, 2, { middle: 6, first: 2 });
  const fitted = fitWay("last", own, [], head, 1);
  const before = scoreOf(own, () => sayOf({ way: "line", line: UNCHANGED }), THRESHOLDS);
  const after = scoreOf(own, () => sayOf(fitted), THRESHOLDS);
  expect(after.logLoss).toBeLessThan(before.logLoss);
  const chosen: Tried = { way: "last", after, kept: after, isBetter: true };
  const adaptation = { frames: own.length, before, keptBefore: before, tried: [chosen], chosen, fitted };
  const frames = [{ file: "a.tif", sha256: "a".repeat(64) }];
  const facts = {
    name: "sdcnn-lab",
    source: "lab",
    licence: "none",
    frames,
    command: "x",
    seed: 1,
    date: "2026-11-24",
    isOnePlace: true,
  };
  const card = adaptedCard(old, adaptation, facts);
  const models = temporaryFolder();
  const engine = await openOnnxEngine({ threads: 1 });
  try {
    await installModel({ weights: adapted(weights, fitted), card, models, replace: false }, engine, systemClock);
  } finally {
    await engine.dispose();
  }
  const { card: made } = await findModel(models, "sdcnn-lab", "classifier");
  expect(made).toMatchObject({
    version: `${old.version}-adapted.2026-11-24`,
    parent: { name: "sdcnn", version: old.version, sha256: old.sha256 },
    adaptedOn: frames,
  });
  expect(made.limits.at(-1)).toMatch(/same place/);
  expect(made.sha256).not.toBe(old.sha256);
  // What its spectrum says hangs on no weight of the network.
  expect(made.spectrum?.distance).toBeDefined();
  expect(made.spectrum).toEqual(old.spectrum);
  expect(made.figures.length).toBe(old.figures.length + 1);
  const text = modelsText(await listModels(models));
  expect(text).toContain(`adapted from sdcnn ${old.version} (${old.sha256.slice(0, 12)}) on 1 frames`);
}, 60_000);
