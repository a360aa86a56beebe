import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  adaptReconstructor,
  installTuned,
  restoring,
  type TuneRequest,
  type TuneWorld,
} from "../../../src/app/adapt/adapt-reconstructor.js";
import { reconstructorJson, reconstructorText } from "../../../src/app/adapt/reconstructor-text.js";
import type { LoadedNetwork } from "../../../src/engines/engine.js";
import { encodeTiff } from "../../../src/frames/tiff-writer.js";
import { bundledModels, findModel } from "../../../src/models/registry.js";
import { PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import { systemClock } from "../../../src/system/clock.js";
import type { LabPoolPlan } from "../../../src/train/adapt/lab-pool.js";
import { labPool } from "../../../src/train/adapt/lab-pool.js";
import { reconstructorCard } from "../../../src/train/adapt/reconstructor-card.js";
import { restoredScore } from "../../../src/train/adapt/restored-score.js";
import { fillPool } from "../../../src/train/dataset/pool.js";
import type { TrainingItem } from "../../../src/train/dataset/render-item.js";
import { trainingPlan } from "../../../src/train/plan.js";
import type { Plane } from "../../../src/train/plane.js";
import { temporaryFolder } from "../../ledger/support.js";
import { hasTensorflow, tfjsForTests } from "../../support/tfjs.js";
import { noise } from "../../train/support/planes.js";

let [lab, models, temporary] = ["", "", ""];
beforeEach(async () => {
  [lab, models, temporary] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  vi.stubEnv("TMPDIR", temporary);
  for (const k of [1, 2, 3, 4, 5]) {
    const data = Uint16Array.from(noise(320, 320, k, 3000, 200).data);
    const frame = { width: 320, height: 320, channels: 1, bitDepth: 16, data } as const;
    await writeFile(join(lab, `${k}.tif`), encodeTiff(frame, { description: "", software: "" }));
  }
});
afterEach(() => void vi.unstubAllEnvs());

/** What is left of ours; ONNX Runtime has files of its own there. */
const ours = () => readdirSync(temporary).filter((name) => name.startsWith("refocusd-"));

const request = (more: Partial<TuneRequest> = {}): TuneRequest => ({
  fields: [1, 2, 3, 4, 5].map((k) => ({ path: join(lab, `${k}.tif`), group: "one" })),
  model: "resunet-guided",
  models: [bundledModels(), models],
  into: models,
  name: "mine",
  microscope: { na: 0.45, pixelUm: 0.313 },
  ...{ minutes: 0.01, seed: 1, source: "the lab", licence: "CC0", command: "refocusd adapt" },
  ...{ measured: { own: 2, ordinary: 2 }, holdBy: "sdcnn" },
  ...more,
});

/** Noise whose defocused views are as the focused one: there is nothing to gain. */
function noiseItem(): TrainingItem {
  const focused = noise(336, 336, 7, 1, 0.1);
  const likely = { mean: new Float64Array(184).fill(1), variance: new Float64Array(184) };
  const defocused = [0.1, 0.5, 1.5, -2.5, 4].map((dof) => ({ dof, plane: focused, likely }));
  return { model: "weak", source: "noise", optics: PLAN_FLUOR_10X, focused, defocused };
}

/** Renders noise instead of what the plan says, or nothing. */
function world(signal = new AbortController().signal, renders = true): TuneWorld & { plans: LabPoolPlan[] } {
  const plans: LabPoolPlan[] = [];
  return {
    plans,
    ...{ clock: systemClock, signal, onEvent: () => {}, tf: tfjsForTests() },
    poolOf(planFile) {
      const plan = JSON.parse(readFileSync(planFile, "utf8")) as LabPoolPlan;
      plans.push(plan);
      const { train, own, ordinary } = labPool(plan.folder);
      const fill = (folder: string, size: number) =>
        fillPool({ folder, size, seed: 1, render: async () => item, renew: false });
      const item = noiseItem();
      let done: Promise<unknown> = Promise.resolve();
      return {
        start: () => {
          if (renders)
            done = Promise.all([fill(train, 48), fill(own, plan.measured.own), fill(ordinary, plan.measured.ordinary)]);
        },
        check: () => {},
        stop: async () => void (await done),
      };
    },
  };
}

test("what is measured is held to its source as the daemon holds it, or by the network alone", async () => {
  const nothing: LoadedNetwork = {
    run: async ({ data, shape }) => ({ data: new Float32Array(data.length), shape: [...shape] }),
    dispose: async () => {},
  };
  const frame = noise(336, 336, 3, 1, 0.1);
  const { card } = await findModel(bundledModels(), "sdcnn", "classifier");
  const spread = ({ data }: Plane) => Math.sqrt(data.reduce((sum, value) => sum + (value - 1) ** 2, 0) / data.length);
  expect(spread(await restoring(nothing)(frame, 0.475))).toBeLessThan(0.001);
  expect(spread(await restoring(nothing, card.spectrum!.distance)(frame, 0.475))).toBeGreaterThan(0.02);
});

describe.skipIf(!hasTensorflow)("adapting the reconstructor", () => {
  test("what is not better is not installed; nothing is left behind", async () => {
    const w = world();
    const report = (await adaptReconstructor(request(), w))!;
    expect(report).toMatchObject({ name: "mine", learnt: 4, heldOut: 1, isOnePlace: true, installed: null });
    expect(report.shortcomings.length).toBeGreaterThan(0);
    expect(report.own.bands.map(({ frames }) => frames)).toEqual([2, 2, 2, 2, 2]);
    const [plan] = w.plans;
    expect(plan!.sampling).toBeCloseTo((0.45 * 0.313) / 0.55, 3);
    expect(plan!.learnt.map(({ path }) => path)).not.toContain(plan!.heldOut[0]!.path);
    expect([readdirSync(models), ours()]).toEqual([[], []]);
    const text = reconstructorText(report, "the lab");
    expect(text).toContain("nothing was written");
    expect(text).toContain(report.shortcomings[0]);
    expect([report.isHeld, text]).toEqual([true, expect.stringContaining("held to their source")]);
    expect(report.tried.map(({ share }) => share)).toEqual([1, 0.5, 0.25]);
    expect(text).toMatch(/fine-tuned by 25 % [+−]0\.\d{3} \/ /);
    expect(reconstructorJson(report)).toMatchObject({ parent: { name: "resunet-guided" }, installed: null });
  }, 240_000);

  test("a stop before it is done leaves nothing", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 500);
    expect(await adaptReconstructor(request(), world(stop.signal, false))).toBeUndefined();
    expect([readdirSync(models), ours()]).toEqual([[], []]);
  }, 60_000);

  test("a frame that cannot be read is told before anything is rendered", async () => {
    await writeFile(join(lab, "3.tif"), "not an image");
    const w = world();
    await expect(adaptReconstructor(request(), w)).rejects.toThrow(/RF_TRAINING_DATA.*3\.tif/);
    expect([w.plans, existsSync(join(models, "mine")), ours()]).toEqual([[], false, []]);
  });
});

test("a better one is installed as a model of its own, which names its parent, the frames and the figures", async () => {
  const { card: old, directory } = await findModel(bundledModels(), "resunet-guided");
  const plan = trainingPlan("reconstructor", { recipe: "lab", length: { minutes: 8 } });
  const one = (file: string) => [{ file, sha256: "a".repeat(64) }];
  const words = { name: "mine", source: "the lab", licence: "CC0", command: "refocusd adapt", date: "2026-11-28" };
  const facts = { ...words, frames: one("1.tif"), heldOut: one("2.tif"), seed: 1, isOnePlace: true };
  const card = { ...old, ...reconstructorCard(old, { plan, steps: 500, minutes: 8.04, share: 0.5 }, facts) };
  const frames = [0.1, 0.5, 1.5, 2.5, 4].map((dof) => ({ item: 0, dof, asIs: 0.5, old: 0.5, adapted: 0.75 }));
  const score = restoredScore(frames);
  const path = await installTuned(
    { old, card, directory, own: score, ordinary: score, isHeld: true },
    models,
    "the lab",
    systemClock,
  );
  expect(path).toBe(join(models, "mine"));
  const { card: made } = await findModel(models, "mine", "reconstructor");
  expect(made).toMatchObject({
    version: `${old.version}-adapted.2026-11-28`,
    parent: { name: "resunet-guided", version: old.version, sha256: old.sha256 },
    adaptedOn: one("1.tif"),
    heldOut: one("2.tif"),
    trained: { minutes: 8, steps: 500, recipe: "lab" },
    trust: old.trust,
  });
  expect(made.recipe).toContain("0.5 times those of before and 0.5 times those of after");
  expect(made.limits.join()).toMatch(/trust figure is that of resunet-guided.*same place/);
  expect(made.figures[0]?.title).toContain("held to the source");
  expect(made.figures[0]?.rows[0]).toEqual(["yours, in focus", 1, 0.5, 0.5, 0.75]);
}, 60_000);
