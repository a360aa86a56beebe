import { readdirSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import { labPool, oneOfEach, renderLabPool } from "../../../src/train/adapt/lab-pool.js";
import { BANDS } from "../../../src/train/adapt/restored-score.js";
import type { Field } from "../../../src/train/dataset/fields.js";
import { readItem } from "../../../src/train/dataset/item-file.js";
import { poolItems } from "../../../src/train/dataset/pool.js";
import { createRandom } from "../../../src/train/random.js";
import { temporaryFolder } from "../../ledger/support.js";
import { noise } from "../support/planes.js";

const asked: { how: string; model: string; fields: string; sampling: number | undefined; dofs: number | undefined }[] =
  [];
// A real item takes half a second and more.
vi.mock("../../../src/train/dataset/render-item.js", () => {
  const stub =
    (how: string) => async (model: string, fields: Field[], _: unknown, sampling?: number, dofs?: number[]) => {
      asked.push({ how, model, fields: fields.map(({ path }) => path).join(), sampling, dofs: dofs?.length });
      const focused = noise(8, 8, 1, 1, 0.1);
      return { model, source: "stub", optics: PLAN_FLUOR_10X, focused, defocused: [{ dof: 2, plane: focused }] };
    };
  return { renderItem: stub("mixed"), renderOwnItem: stub("own") };
});

test("held-out fields are measured on and never learnt from, and the other way round", async () => {
  const field = (path: string) => [{ path, group: path }];
  const folder = temporaryFolder();
  const ordinary = { learnt: field("sample"), kept: field("other sample") };
  const fields = { learnt: field("learnt"), heldOut: field("held out"), ordinary };
  const plan = { folder, ...fields, sampling: 0.25, size: 16, measured: { own: 4, ordinary: 3 }, seed: 1 };
  await renderLabPool(plan, new AbortController().signal);
  const pool = labPool(folder);
  expect([pool.own, pool.ordinary, pool.train].map((path) => readdirSync(path).length)).toEqual([4, 3, 16]);
  // A guided network is measured on these, and learns from them: all tell of their optics.
  for (const path of [pool.own, pool.ordinary, pool.train]) {
    for (const item of await poolItems(path)) expect((await readItem(item)).likely(1)).toBeDefined();
  }
  const [own, kept, train] = [asked.slice(0, 4), asked.slice(4, 7), asked.slice(7)];
  expect(own.map(({ model, fields, dofs }) => `${model} ${fields} ${dofs}`)).toEqual([
    "weak held out 5",
    "abbe held out 5",
    "weak held out 5",
    "abbe held out 5",
  ]);
  expect(own.every(({ how, sampling }) => how === "own" && sampling === 0.25)).toBe(true);
  expect(kept.map(({ model, fields }) => `${model} ${fields}`)).toEqual([
    "weak other sample",
    "abbe other sample",
    "phantom ",
  ]);
  expect(train.filter(({ fields }) => fields === "learnt").map(({ how, sampling }) => `${how} ${sampling}`)).toEqual(
    Array(10).fill("own 0.25"),
  );
  for (const source of ["learnt", "sample"]) {
    const models = train.filter(({ fields }) => fields === source).map(({ model }) => model);
    expect(new Set(models)).toEqual(new Set(["weak", "abbe"]));
  }
  expect(train.filter(({ model }) => model === "phantom").length).toBe(4);
});

test("there is a frame in each band", () => {
  const random = createRandom(1);
  for (let k = 0; k < 100; k++) {
    oneOfEach(random).forEach((dof, band) => {
      expect(Math.abs(dof)).toBeGreaterThanOrEqual(BANDS[band]!.from);
      expect(Math.abs(dof)).toBeLessThan(BANDS[band]!.to);
    });
  }
});
