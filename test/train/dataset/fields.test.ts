import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodeTiff } from "../../../src/frames/tiff-writer.js";
import { checkFields, type Field, listFields, readField, splitByGroup } from "../../../src/train/dataset/fields.js";
import { meanAndSd } from "../../../src/train/plane.js";
import { dataFolder } from "../../support/data.js";
import { noise } from "../support/planes.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-fields-"));
});
afterEach(() => rm(folder, { recursive: true }));

const counts = (width: number, height: number) => Uint16Array.from(noise(width, height, 1, 3000, 300).data);

async function writeTiff(name: string, width = 320, height = 310, data = counts(width, height)): Promise<Field> {
  const bytes = encodeTiff({ width, height, channels: 1, bitDepth: 16, data }, { description: "", software: "" });
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { path, group: name };
}

describe("listFields", () => {
  test("takes images in name order, each a group of its own", async () => {
    for (const name of ["b.tif", "a.TIFF", "c.png", "notes.txt", "._b.tif"]) await writeFile(join(folder, name), "");
    const fields = await listFields(folder);
    expect(fields.map((field) => basename(field.path))).toEqual(["a.TIFF", "b.tif", "c.png"]);
    expect(new Set(fields.map((field) => field.group)).size).toBe(3);
  });

  test("takes groups from positions.csv, whatever its other columns and line ends", async () => {
    for (const name of ["a.tif", "b.tif", "c.tif"]) await writeFile(join(folder, name), "");
    await writeFile(join(folder, "positions.csv"), "x,file,overlap_group\r\n1,a.tif,7\r\n2,b.tif,7\r\n");
    expect((await listFields(folder)).map((field) => field.group)).toEqual(["7", "7", "c.tif"]);
  });

  test.each([
    ["a folder that is not there", async () => rm(folder, { recursive: true }), /there is no folder/],
    ["no image", async () => writeFile(join(folder, "a.txt"), ""), /no TIFF, PNG or JPEG/],
    ["a single field", async () => writeFile(join(folder, "a.tif"), ""), /a single field/],
    [
      "fields that all overlap",
      async () => {
        for (const name of ["a.tif", "b.tif"]) await writeFile(join(folder, name), "");
        await writeFile(join(folder, "positions.csv"), "file,overlap_group\na.tif,1\nb.tif,1\n");
      },
      /2 fields, all of one overlap group/,
    ],
  ])("refuses %s in plain words", async (_, prepare, words) => {
    await prepare();
    await expect(listFields(folder)).rejects.toMatchObject({
      code: "RF_TRAINING_DATA",
      detail: expect.stringMatching(words),
    });
    await mkdir(folder, { recursive: true });
  });
});

describe("splitByGroup", () => {
  const fieldsOf = (groups: readonly number[]): Field[] =>
    groups.map((g, k) => ({ path: `${k}.tif`, group: String(g) }));
  const several = fc.array(fc.nat(12), { minLength: 2, maxLength: 60 }).filter((groups) => new Set(groups).size > 1);

  test("never cuts a group, loses no field, holds out about a fifth of the groups", () => {
    fc.assert(
      fc.property(several, fc.integer(), (groups, seed) => {
        const fields = fieldsOf(groups);
        const { train, validation } = splitByGroup(fields, seed);
        const held = new Set(validation.map((field) => field.group));
        expect(train.some((field) => held.has(field.group))).toBe(false);
        expect(train.length + validation.length).toBe(fields.length);
        expect(new Set([...train, ...validation])).toEqual(new Set(fields));
        expect(held.size).toBe(Math.max(1, Math.round(0.2 * new Set(groups).size)));
        expect(train.length).toBeGreaterThan(0);
      }),
    );
  });

  test("is the same from the same seed, and in another order from another", () => {
    const fields = fieldsOf(Array.from({ length: 40 }, (_, k) => k));
    expect(splitByGroup(fields, 3)).toEqual(splitByGroup(fields, 3));
    expect(splitByGroup(fields, 3)).not.toEqual(splitByGroup(fields, 4));
  });
});

describe("readField", () => {
  test("reads 16-bit counts as they are", async () => {
    const field = await writeTiff("a.tif");
    const plane = await readField(field);
    expect(plane).toMatchObject({ width: 320, height: 310 });
    expect(plane.data).toEqual(Float32Array.from(counts(320, 310)));
  });

  test("resizes, keeping the level", async () => {
    const half = await readField(await writeTiff("a.tif"), 0.5);
    expect(half).toMatchObject({ width: 160, height: 155 });
    expect(meanAndSd(half.data).mean).toBeCloseTo(meanAndSd(counts(320, 310)).mean, -1);
    // Averages of four and more: less noise, so a low-pass filter was at work.
    expect(meanAndSd(half.data).sd).toBeLessThan(200);
  });

  test("reads 8-bit colour as the mean of its channels, in 8-bit counts also when resized", async () => {
    const path = join(folder, "c.png");
    const pixels = Buffer.alloc(320 * 300 * 3);
    for (let i = 0; i < pixels.length; i += 3) pixels.set([30, 60, 120], i);
    await sharp(pixels, { raw: { width: 320, height: 300, channels: 3 } })
      .png()
      .toFile(path);
    const field = { path, group: "c" };
    expect((await readField(field)).data[1000]).toBeCloseTo(70, 1);
    // libvips' integer kernels are off by a thousandth.
    expect((await readField(field, 0.7)).data[1000]).toBeCloseTo(70, 0);
  });

  test("says which file cannot be read, and why", async () => {
    const path = join(folder, "broken.tif");
    await writeFile(path, "not an image at all");
    await expect(readField({ path, group: "x" })).rejects.toMatchObject({
      code: "RF_TRAINING_DATA",
      detail: expect.stringMatching(/broken\.tif.*RF_UNSUPPORTED_TYPE/),
    });
  });
});

describe("checkFields", () => {
  test("lets good fields pass, telling how far it is", async () => {
    const seen: number[] = [];
    await checkFields([await writeTiff("a.tif"), await writeTiff("b.tif")], (done) => seen.push(done));
    expect(seen).toEqual([1, 2]);
  });

  test("names what is too small, dark or flat, all at once", async () => {
    const fields = [
      await writeTiff("small.tif", 299, 400),
      await writeTiff("dark.tif", 320, 310, new Uint16Array(320 * 310)),
      await writeTiff("flat.tif", 320, 310, new Uint16Array(320 * 310).fill(9)),
      await writeTiff("good.tif"),
    ];
    await expect(checkFields(fields)).rejects.toMatchObject({
      code: "RF_TRAINING_DATA",
      detail: "small.tif is 299 × 400 pixels; dark.tif is dark: its median is 0; flat.tif is flat",
    });
  });
});

describe.skipIf(!dataFolder)("real fields", () => {
  test("the T98G fields split into 37 and 8", async () => {
    const fields = await listFields(join(dataFolder!, "phase-contrast/t98g-fields"));
    const { train, validation } = splitByGroup(fields, 3);
    expect([train.length, validation.length]).toEqual([37, 8]);
  });
});
