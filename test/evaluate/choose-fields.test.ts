import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { heldOutFields, spread } from "../../src/evaluate/choose-fields.js";
import { findModel } from "../../src/models/registry.js";
import { listFields, splitByGroup } from "../../src/train/dataset/fields.js";
import { dataFolder } from "../support/data.js";

const models = resolve(import.meta.dirname, "../../models");

describe("held-out fields of a model", () => {
  test.skipIf(!dataFolder).each(["sdcnn", "resunet-lite"])("are those of its training's split: %s", async (name) => {
    const fields = await listFields(`${dataFolder}/phase-contrast/t98g-fields`);
    const { card } = await findModel(models, name);
    expect(heldOutFields(card, fields)).toEqual(splitByGroup(fields, 3).validation);
  });

  test("are not made up for another folder, or without a seed in the card", async () => {
    const { card } = await findModel(models, "sdcnn");
    const others = Array.from({ length: 10 }, (_, k) => ({ path: `${k}.tif`, group: `${k}` }));
    expect(() => heldOutFields(card, others)).toThrow(/not the folder that it learnt from/);
    expect(() => heldOutFields({ ...card, recipe: "by hand" }, others)).toThrow(/split-seed/);
  });
});

test("fields are taken from all over the list", () => {
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7], 4)).toEqual([0, 2, 4, 6]);
  expect(spread([0, 1], 4)).toEqual([0, 1]);
});
