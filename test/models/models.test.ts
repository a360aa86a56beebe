import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cardSchema } from "../../src/models/card.js";
import { bundledModels, findModel, listModels } from "../../src/models/registry.js";
import { assertSelfTest, recordSelfTest, selfTestInput, selfTestModel } from "../../src/models/self-test.js";
import { writeModel } from "../../src/models/write-model.js";
import { sampleCard } from "./sample-card.js";

const selfTest = { seed: 1, shape: [1, 4, 4, 1], outputShape: [1, 4, 4, 1], samples: [0], tolerance: 0.1 } as const;
const card = (name?: string) => ({ ...sampleCard(name), selfTest: structuredClone(selfTest) as never });
const weights = Buffer.from("weights of some kind");

let models = "";
beforeEach(async () => {
  models = await mkdtemp(join(tmpdir(), "refocusd-models-"));
});
afterEach(() => rm(models, { recursive: true }));

async function editCard(name: string, change: (card: Record<string, unknown>) => void): Promise<void> {
  const path = join(models, name, "card.json");
  const json = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  change(json);
  await writeFile(path, JSON.stringify(json));
}

describe("findModel", () => {
  it("gives what writeModel wrote, and leaves no other file", async () => {
    const directory = await writeModel(models, card(), weights);
    const found = await findModel(models, "tiny", "reconstructor");
    expect(found.directory).toBe(directory);
    expect(found.card).toMatchObject(card());
    expect((await readdir(directory)).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(["card.json", "model.onnx"]);
  });

  it("keeps keys of a card that it does not know", async () => {
    await writeModel(models, card(), weights);
    await editCard("tiny", (c) => {
      c.added = "by a later version";
    });
    expect((await findModel(models, "tiny")).card).toMatchObject({ added: "by a later version" });
  });

  it("replaces a model of the same name", async () => {
    await writeModel(models, card(), weights);
    await writeModel(models, { ...card(), version: "2.0.0" }, Buffer.from("other weights"));
    expect((await findModel(models, "tiny")).card.version).toBe("2.0.0");
  });

  it.each(["nothing", "../tiny", "..", "", "Tiny", "a/b", ".hidden"])("says RF_MODEL_MISSING for %j", async (name) => {
    await expect(findModel(models, name)).rejects.toMatchObject({ code: "RF_MODEL_MISSING" });
  });

  it("says RF_MODEL_MISSING when only the weights are missing", async () => {
    await writeModel(models, card(), weights);
    await rm(join(models, "tiny", "model.onnx"));
    await expect(findModel(models, "tiny")).rejects.toMatchObject({ code: "RF_MODEL_MISSING" });
  });

  it("says RF_MODEL_INVALID when one bit of the weights differs", async () => {
    await writeModel(models, card(), weights);
    const changed = Buffer.from(weights);
    changed[3]! ^= 1;
    await writeFile(join(models, "tiny", "model.onnx"), changed);
    await expect(findModel(models, "tiny")).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
  });

  it("says RF_MODEL_INVALID for a card of another model, another kind, or no JSON", async () => {
    await writeModel(models, card(), weights);
    await cp(join(models, "tiny"), join(models, "copy"), { recursive: true });
    await expect(findModel(models, "copy")).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
    await expect(findModel(models, "tiny", "classifier")).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
    await writeFile(join(models, "tiny", "card.json"), "{");
    await expect(findModel(models, "tiny")).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
  });

  it("names the key of a card that is wrong", async () => {
    await writeModel(models, card(), weights);
    await editCard("tiny", (c) => {
      c.seed = "five";
    });
    await expect(findModel(models, "tiny")).rejects.toThrow(/RF_MODEL_INVALID.*seed/);
  });
});

describe("writeModel", () => {
  it("refuses a card that is not valid and writes nothing", async () => {
    await expect(writeModel(models, { ...card(), name: "../escape" }, weights)).rejects.toMatchObject({
      code: "RF_MODEL_INVALID",
    });
    expect(await readdir(models)).toEqual([]);
  });
});

describe("listModels", () => {
  it("lists good and bad ones by name", async () => {
    await writeModel(models, card("zeta"), weights);
    await writeModel(models, card("alpha"), weights);
    await mkdir(join(models, "empty"));
    await writeFile(join(models, "README.md"), "not a model");
    expect((await listModels(models)).map((m) => [m.name, m.ok])).toEqual([
      ["alpha", true],
      ["empty", false],
      ["zeta", true],
    ]);
  });

  it("says RF_MODEL_MISSING when the folder is not there", async () => {
    await expect(listModels(join(models, "none"))).rejects.toMatchObject({ code: "RF_MODEL_MISSING" });
  });

  it("finds the bundled folder beside src", () => {
    expect(bundledModels()).toMatch(/[\\/]models$/);
    expect(bundledModels()).not.toContain("src");
  });
});

describe("self-test", () => {
  const shape = [1, 20, 30, 2] as const;
  const network = (change: (value: number) => number) => ({
    run: async (batch: { data: Float32Array; shape: readonly number[] }) => ({
      data: batch.data.map(change),
      shape: batch.shape,
    }),
  });

  it("has an input that is the same each time, differs with the seed, and looks standardised", () => {
    const shape = [1, 134, 134, 3] as const;
    const a = selfTestInput(1, shape);
    expect(selfTestInput(1, shape)).toEqual(a);
    expect(selfTestInput(2, shape)).not.toEqual(a);
    const mean = a.reduce((s, v) => s + v, 0) / a.length;
    const variance = a.reduce((s, v) => s + (v - mean) ** 2, 0) / a.length;
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(variance).toBeGreaterThan(0.5);
    expect(variance).toBeLessThan(1.5);
  });

  it("passes on what it recorded and allows rounding", async () => {
    const recorded = await recordSelfTest(
      network((v) => v * 2),
      shape,
    );
    expect(cardSchema.shape.selfTest.safeParse(recorded).success).toBe(true);
    expect(
      await selfTestModel(
        network((v) => v * 2),
        { selfTest: recorded },
      ),
    ).toMatchObject({ ok: true, maxDifference: 0 });
    expect(
      (
        await selfTestModel(
          network((v) => v * 2 + 1e-4),
          { selfTest: recorded },
        )
      ).ok,
    ).toBe(true);
  });

  it("fails on another answer, another shape, and values that are not numbers", async () => {
    const recorded = await recordSelfTest(
      network((v) => v * 2),
      shape,
    );
    const outcome = async (n: Parameters<typeof selfTestModel>[0]) =>
      (await selfTestModel(n, { selfTest: recorded })).ok;
    expect(await outcome(network((v) => v * 1.5))).toBe(false);
    expect(await outcome(network(() => Number.NaN))).toBe(false);
    expect(await outcome({ run: async ({ data }) => ({ data, shape: [1, 30, 20, 2] }) })).toBe(false);
    expect(await outcome({ run: async () => ({ data: new Float32Array(0), shape: [1, 20, 30, 2] }) })).toBe(false);
  });

  it("asserts with RF_ENGINE_FAILED, naming the model", async () => {
    const recorded = await recordSelfTest(
      network((v) => v),
      shape,
    );
    const full = { ...card(), sha256: "", selfTest: recorded };
    await expect(
      assertSelfTest(
        network((v) => v),
        full,
      ),
    ).resolves.toMatchObject({ ok: true });
    await expect(
      assertSelfTest(
        network((v) => -v),
        full,
      ),
    ).rejects.toThrow(/RF_ENGINE_FAILED.*tiny 1\.0\.0/);
  });
});
