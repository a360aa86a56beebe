import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Field } from "../../../src/train/dataset/fields.js";
import { readItem, writeItem } from "../../../src/train/dataset/item-file.js";
import { fillPool, poolItems } from "../../../src/train/dataset/pool.js";
import { drawDefocus, ITEM_SIDE, renderItem, type TrainingItem } from "../../../src/train/dataset/render-item.js";
import { PLAN_FLUOR_10X } from "../../../src/train/optics/optics.js";
import { cropPlane } from "../../../src/train/plane.js";
import { createRandom } from "../../../src/train/random.js";
import { maxAbsDifference, noise } from "../support/planes.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-pool-"));
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

describe("drawDefocus", () => {
  test("gives each item one view in focus and one out of it", () => {
    const random = createRandom(1);
    for (let k = 0; k < 200; k++) {
      const [near, out, other] = drawDefocus(random).map(Math.abs);
      expect(near).toBeLessThanOrEqual(0.35);
      expect(out).toBeGreaterThanOrEqual(1);
      expect(other).toBeLessThanOrEqual(5.2);
    }
  });
});

describe("rendering", () => {
  let images = "";
  let fields: Field[] = [];
  beforeAll(async () => {
    images = await mkdtemp(join(tmpdir(), "refocusd-images-"));
    fields = await Promise.all(
      [1, 2].map(async (k) => {
        const path = join(images, `${k}.png`);
        const pixels = Uint8Array.from(noise(320, 320, k, 120, 20).data);
        await sharp(pixels, { raw: { width: 320, height: 320, channels: 1 } })
          .blur(2)
          .toColourspace("b-w")
          .png()
          .toFile(path);
        return { path, group: String(k) };
      }),
    );
  });
  afterAll(() => rm(images, { recursive: true }));

  const fill = (name: string, size: number, more: { signal?: AbortSignal; onItem?: (done: number) => void } = {}) =>
    fillPool({ folder: join(folder, name), fields, size, seed: 5, renew: false, ...more });
  const bytes = async (name: string) =>
    Promise.all((await poolItems(join(folder, name))).map((path) => readFile(path)));

  test("an interrupted pool goes on where it was, and ends as one that was not interrupted", async () => {
    await fill("whole", 2);
    const stop = new AbortController();
    await fill("parts", 2, { signal: stop.signal, onItem: () => stop.abort() });
    const [first] = await poolItems(join(folder, "parts"));
    expect(await poolItems(join(folder, "parts"))).toHaveLength(1);
    const before = await stat(first!);
    await fill("parts", 2);
    expect((await stat(first!)).mtimeMs).toBe(before.mtimeMs);
    const [whole, parts] = [await bytes("whole"), await bytes("parts")];
    expect(parts).toHaveLength(2);
    expect(whole.map((item, k) => item.equals(parts[k]!))).toEqual([true, true]);
  });

  test.each(["weak", "abbe"] as const)(
    "%s: relative intensities about 1, and out of focus unlike in focus",
    async (model) => {
      const item = await renderItem(model, fields, createRandom(9), [0, 3]);
      expect(item).toMatchObject({ model, focused: { width: ITEM_SIDE, height: ITEM_SIDE } });
      const [same, far] = item.defocused.map(({ plane }) => maxAbsDifference(plane.data, item.focused.data));
      expect(same).toBeLessThan(1e-4);
      expect(far).toBeGreaterThan(0.02);
      const mean = item.focused.data.reduce((a, b) => a + b, 0) / ITEM_SIDE ** 2;
      expect(Math.abs(mean - 1)).toBeLessThan(0.2);
    },
  );
});

test("a pool that is not there has no items", async () => {
  expect(await poolItems(join(folder, "none"))).toEqual([]);
});
