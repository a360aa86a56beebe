import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LayersModel, Tensor2D, Tensor4D } from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import type { ArchitectureName } from "../../../src/train/architectures/index.js";
import { writeItem } from "../../../src/train/dataset/item-file.js";
import { taskOf, trainingPlan } from "../../../src/train/plan.js";
import { mapPlane } from "../../../src/train/plane.js";
import { createRandom } from "../../../src/train/random.js";
import type { Tf } from "../../../src/train/tfjs.js";
import { blobs } from "../support/planes.js";
import { plainTfjs } from "../support/tfjs-cpu.js";

let tf: Tf;
let folder = "";
const items = ["bright", "dim"].map((name) => `${name}.item`);
beforeAll(async () => {
  tf = await plainTfjs();
  folder = await mkdtemp(join(tmpdir(), "refocusd-tasks-"));
  for (const [k, name] of items.entries()) {
    const focused = mapPlane(blobs(336, 0.2, k + 1), (value) => 1 + value);
    // What is called defocused has the contrast turned round, so that it can be told from the focused plane.
    const turned = mapPlane(focused, (value) => 2 - value);
    const near = { dof: 0.2, plane: focused };
    const likely = { mean: new Float64Array(184).fill(0.5), variance: new Float64Array(184) };
    const defocused = [near, { dof: k === 0 ? 2 : 0.6, plane: turned }].map((one) => ({ ...one, likely }));
    await writeItem(join(folder, name), { model: "weak", source: name, optics: PLAN_FLUOR_10X, focused, defocused });
  }
});
afterAll(() => rm(folder, { recursive: true }));

const paths = () => items.map((name) => join(folder, name));
const draw = (turn?: string[]) => ({ items: paths(), random: createRandom(3), progress: 0.9, ...(turn && { turn }) });

describe("a reconstructor's batch", () => {
  test.each([
    ["resunet-lite", "ours", [6, 160, 160, 1]],
    ["resunet-lite", "paper", [2, 160, 160, 1]],
    ["resunet-guided", "ours", [6, 160, 160, 2]],
    ["resunet", "paper", [2, 388, 388, 1]],
  ] as const)("of %s by the recipe %s is %o, of pairs", async (architecture, recipe, shape) => {
    const task = taskOf(trainingPlan("reconstructor", { architecture, recipe }));
    const turn = recipe === "paper" ? paths() : undefined;
    const batch = await task.drawBatch(tf, draw(turn));
    expect(batch.input.shape).toEqual(shape);
    expect(batch.target.shape).toEqual([...shape.slice(0, 3), 1]);
    expect(batch.progress).toBe(0.9);
    expect([...batch.input.dataSync()].every(Number.isFinite)).toBe(true);
    tf.dispose([batch.input, batch.target, batch.side!]);
  });

  test("of a guided one has the frame, and what the optics alone make of it unless they are not asked", async () => {
    const { drawBatch } = taskOf(trainingPlan("reconstructor", { architecture: "resunet-guided" }));
    const batch = await drawBatch(tf, { ...draw(paths().slice(0, 1)), turn: Array(24).fill(paths()[0]!) });
    const [source, guide] = tf.split(batch.input as Tensor4D, 2, 3).map((plane) => plane.reshape([24, -1]));
    const apart = [...source!.sub(guide!).abs().max(1).dataSync()];
    expect(apart.filter((most) => most === 0).length).toBeGreaterThan(0);
    expect(apart.filter((most) => most > 0.1).length).toBeGreaterThan(15);
    // T is 1/2 at all frequencies, so more contrast comes out than went in.
    const contrast = (plane: Tensor2D) => (plane.square().mean().arraySync() as number) ** 0.5;
    expect(contrast(guide as Tensor2D)).toBeGreaterThan(1.2 * contrast(source as Tensor2D));
    expect((batch.target as Tensor4D).shape).toEqual([24, 160, 160, 1]);
  });

  test("of a guided one asks for items that tell of their optics", async () => {
    const { drawBatch } = taskOf(trainingPlan("reconstructor", { architecture: "resunet-guided" }));
    const path = join(folder, "old.item");
    const focused = blobs(336, 0.2, 1);
    const defocused = [0.2, 2].map((dof) => ({ dof, plane: focused }));
    await writeItem(path, { model: "weak", source: "old", optics: PLAN_FLUOR_10X, focused, defocused });
    const batch = drawBatch(tf, { ...draw(), turn: Array(12).fill(path) });
    await expect(batch).rejects.toMatchObject({
      code: "RF_TRAINING_DATA",
      detail: expect.stringMatching(/earlier version/),
    });
  });

  test("larger than its item goes on as in a mirror, on both sides alike", async () => {
    const task = taskOf(trainingPlan("reconstructor", { architecture: "unet", recipe: "paper", loss: "l1" }));
    // A third of the draws has no noise, which is not mirrored: there the mirror is exact.
    const apart: number[] = [];
    for (let seed = 0; seed < 12; seed++) {
      const { input, target } = await task.drawBatch(tf, { ...draw(paths().slice(0, 1)), random: createRandom(seed) });
      const rows = ([input, target] as Tensor4D[]).flatMap((image) => [
        ...image.slice([0, 200, 0, 0], [1, 1, 388, 1]).dataSync(),
      ]);
      // 26 px of mirror before 336 px.
      const differences = [0, 388].flatMap((at) =>
        Array.from({ length: 26 }, (_, k) => Math.abs(rows[at + k]! - rows[at + 51 - k]!)),
      );
      apart.push(Math.max(...differences));
      expect(new Set(rows).size).toBeGreaterThan(20);
    }
    expect(Math.min(...apart)).toBeLessThan(1e-6);
    expect(Math.max(...apart)).toBeGreaterThan(1e-3);
  });
});

describe("a classifier's batch", () => {
  test("by the paper's recipe has one whole window of each item whose turn it is; labels take turns", async () => {
    const task = taskOf(trainingPlan("classifier", { architecture: "resnet50v2", recipe: "paper" }));
    const [bright, dim] = paths() as [string, string];
    // The second item has no view that is defocused: another one stands in.
    const batch = await task.drawBatch(tf, draw([dim, dim, bright]));
    expect(batch.input.shape).toEqual([3, 134, 134, 3]);
    expect((batch.target as Tensor2D).arraySync()).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  test("by our recipe has 32 parts of windows at first, then 16 whole ones", async () => {
    const task = taskOf(trainingPlan("classifier", {}));
    expect((await task.drawBatch(tf, { ...draw(), progress: 0.1 })).input.shape).toEqual([32, 92, 92, 3]);
    expect((await task.drawBatch(tf, draw())).input.shape).toEqual([16, 134, 134, 3]);
  });

  test("of a network that sees tiles as a whole is of larger squares, reduced, also of what goes beyond the item", async () => {
    const path = join(folder, "waves.item");
    const { width: side, data } = blobs(336, 0, 1);
    const waves = data.map(
      (_, i) => 1 + 0.3 * Math.sin(((i % side) * Math.PI) / 20) * Math.sin((i / side) * (Math.PI / 20)),
    );
    const focused = { width: side, height: side, data: waves };
    const defocused = [0.2, 2].map((dof) => ({ dof, plane: focused }));
    await writeItem(path, { model: "weak", source: "waves", optics: PLAN_FLUOR_10X, focused, defocused });
    /** Of pixels 20 apart, half a wave of the item. */
    const correlation = async (architecture: ArchitectureName) => {
      const { drawBatch } = taskOf(trainingPlan("classifier", { architecture }));
      const { input } = await drawBatch(tf, { ...draw(), items: [path] });
      expect(input.shape).toEqual([16, 134, 134, 3]);
      const centred = input.sub(input.mean([1, 2], true)) as Tensor4D;
      const [a, b] = [0, 20].map((from) => centred.slice([0, 0, from, 0], [16, 134, 114, 3]));
      return a!.mul(b!).mean().div(centred.square().mean()).arraySync() as number;
    };
    expect(await correlation("sdcnn")).toBeLessThan(-0.4);
    expect(await correlation("sdcnn-tiles")).toBeGreaterThan(-0.2);
  });

  test.each([
    ["sdcnn", "sdcnn-tiles"],
    ["sdcnn-tiles", "sdcnn"],
  ] as const)("%s is validated by what the daemon would show it, which %s would not see", async (one, other) => {
    const seen = async (architecture: ArchitectureName) => {
      const shown: number[][] = [];
      const predict = (input: Tensor4D) => {
        shown.push([...input.slice([0, 60, 0, 0], [1, 1, 134, 1]).dataSync()]);
        return tf.fill([input.shape[0], 2], 0.5);
      };
      const { validate } = taskOf(trainingPlan("classifier", { architecture }));
      await validate(tf, { predict } as unknown as LayersModel, paths());
      return shown;
    };
    expect(await seen(one)).toEqual(await seen(one));
    expect(await seen(one)).not.toEqual(await seen(other));
  });
});
