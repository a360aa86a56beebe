import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Field } from "../../../src/train/dataset/fields.js";
import { drawDefocus, ITEM_SIDE, renderItem, renderOwnItem } from "../../../src/train/dataset/render-item.js";
import { createRandom } from "../../../src/train/random.js";
import { maxAbsDifference, noise } from "../support/planes.js";

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
        const image = sharp(pixels, { raw: { width: 320, height: 320, channels: 1 } });
        await image.blur(2).toColourspace("b-w").png().toFile(path);
        return { path, group: String(k) };
      }),
    );
  });
  afterAll(() => rm(images, { recursive: true }));

  test.each(["weak", "abbe", "phantom"] as const)(
    "%s: intensities about 1, out of focus unlike in focus",
    async (model) => {
      const item = await renderItem(model, fields, createRandom(9), undefined, [0, 3]);
      expect(item).toMatchObject({ model, focused: { width: ITEM_SIDE, height: ITEM_SIDE } });
      const [same, far] = item.defocused.map(({ plane }) => maxAbsDifference(plane.data, item.focused.data));
      expect(same).toBeLessThan(1e-4);
      expect(far).toBeGreaterThan(0.02);
      const mean = item.focused.data.reduce((a, b) => a + b, 0) / ITEM_SIDE ** 2;
      expect(Math.abs(mean - 1)).toBeLessThan(0.2);
    },
  );

  test("of a laboratory's own field has its sampling, at its own scale or near it", async () => {
    const own = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => renderOwnItem("weak", fields, createRandom(seed), 0.25, [1])),
    );
    const samplings = own.map(({ optics }) => (optics.pixelUm * optics.na) / optics.wavelengthUm);
    expect(samplings.filter((sampling) => Math.abs(sampling - 0.25) < 1e-9).length).toBeGreaterThan(0);
    expect(Math.min(...samplings)).toBeGreaterThanOrEqual(0.25 / 1.25);
    expect(Math.max(...samplings)).toBeLessThanOrEqual(0.25 / 0.8);
    expect(new Set(own.map(({ optics }) => optics.annulusRadius)).size).toBe(8);
  });

  test("is the same from the same seed", async () => {
    const [once, again, other] = await Promise.all(
      [4, 4, 5].map((seed) => renderItem("weak", fields, createRandom(seed), undefined, [2])),
    );
    const difference = (item: typeof once, plane: "focused" | 0) =>
      plane === 0
        ? maxAbsDifference(item!.defocused[0]!.plane.data, once!.defocused[0]!.plane.data)
        : maxAbsDifference(item!.focused.data, once!.focused.data);
    expect([difference(again, "focused"), difference(again, 0)]).toEqual([0, 0]);
    expect(difference(other, "focused")).toBeGreaterThan(0);
  });
});
