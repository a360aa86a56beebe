import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import { readItem, writeItem } from "../../../src/train/dataset/item-file.js";
import type { TrainingItem } from "../../../src/train/dataset/render-item.js";
import { cropPlane } from "../../../src/train/plane.js";
import { maxAbsDifference, noise } from "../support/planes.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-item-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("an item on disk", () => {
  const item: TrainingItem = {
    model: "abbe",
    source: "field µ.tif",
    optics: PLAN_FLUOR_10X,
    focused: noise(40, 40, 1, 1, 0.1),
    defocused: [
      { dof: 0.2, plane: noise(40, 40, 2, 1, 0.1) },
      { dof: -3.25, plane: noise(40, 40, 3, 1, 0.1) },
    ],
  };

  test("comes back as it was, to the half of 1/16384", async () => {
    const path = join(folder, "x.item");
    await writeItem(path, item);
    const stored = await readItem(path);
    expect(stored).toMatchObject({
      model: "abbe",
      source: "field µ.tif",
      side: 40,
      optics: PLAN_FLUOR_10X,
      dofs: [0, 0.2, -3.25],
    });
    for (const [k, plane] of [item.focused, ...item.defocused.map((d) => d.plane)].entries()) {
      expect(maxAbsDifference(stored.plane(k).data, plane.data)).toBeLessThanOrEqual(0.5 / 16384 + 1e-7);
    }
    const whole = stored.plane(2);
    expect(stored.crop(2, 5, 7, 20)).toEqual(cropPlane(whole, 5, 7, 20, 20));
  });

  test("tells what is believed of its optics, where that was asked for", async () => {
    const path = join(folder, "x.item");
    const believed = (k: number) => ({
      mean: Float64Array.from({ length: 184 }, (_, i) => Math.cos(i / (10 + k))),
      variance: Float64Array.from({ length: 184 }, (_, i) => i / 1000 + k),
    });
    await writeItem(path, { ...item, defocused: item.defocused.map((one, k) => ({ ...one, likely: believed(k) })) });
    const stored = await readItem(path);
    expect(stored.likely(0)).toBeUndefined();
    for (const k of [0, 1]) {
      const { mean, variance } = stored.likely(k + 1)!;
      expect(mean).toEqual(believed(k).mean.map(Math.fround));
      expect(variance).toEqual(believed(k).variance.map(Math.fround));
      expect(maxAbsDifference(stored.plane(k + 1).data, item.defocused[k]!.plane.data)).toBeLessThan(1e-4);
    }
    await writeItem(path, item);
    expect((await readItem(path)).likely(1)).toBeUndefined();
    const some = item.defocused.map((one, k) => (k === 0 ? { ...one, likely: believed(0) } : one));
    await expect(writeItem(path, { ...item, defocused: some })).rejects.toThrow("some planes only");
  });

  test("leaves no temporary file beside it", async () => {
    await writeItem(join(folder, "x.item"), item);
    expect(await readdir(folder)).toEqual(["x.item"]);
  });

  test("is clipped, not wrapped, where light is brighter than 16 bits hold", async () => {
    const path = join(folder, "x.item");
    await writeItem(path, { ...item, focused: noise(40, 40, 1, 50, 0.1), defocused: [] });
    expect((await readItem(path)).plane(0).data[0]).toBeCloseTo(65535 / 16384, 6);
  });
});
