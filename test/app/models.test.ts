import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { importModel, modelsText, verifiedText, verifyModels } from "../../src/app/models.js";
import type { Engine } from "../../src/engines/engine.js";
import { openOnnxEngine } from "../../src/engines/onnx.js";
import { probeModel } from "../../src/engines/onnx-file/probe-model.js";
import { bundledModels, findModel, listModels } from "../../src/models/registry.js";
import { systemClock } from "../../src/system/clock.js";
import { sampleCard } from "../models/sample-card.js";

let engine: Engine;
let folder = "";
beforeAll(async () => {
  engine = await openOnnxEngine({ threads: 1 });
});
afterAll(() => engine.dispose());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-models-"));
});
afterEach(() => rm(folder, { recursive: true }));

const bundled = (file: string) => join(bundledModels(), "sdcnn", file);

async function cardFile(change: (card: Record<string, unknown>) => void = () => {}): Promise<string> {
  const card = JSON.parse(await readFile(bundled("card.json"), "utf8")) as Record<string, unknown>;
  change(card);
  const file = join(folder, "own-card.json");
  await writeFile(file, JSON.stringify(card));
  return file;
}

function take(card: string, onnx = bundled("model.onnx"), replace = false) {
  return importModel({ onnx, card, models: join(folder, "models"), replace }, engine, systemClock);
}

describe("importing", () => {
  test("a network with a card that lacks hash and self-test gets both, and is then like any other", async () => {
    const card = await cardFile((c) => {
      Object.assign(c, { name: "sdcnn-lab", sha256: undefined, selfTest: undefined });
    });
    const imported = await take(card);
    const found = await findModel(join(folder, "models"), "sdcnn-lab", "classifier");
    expect(found.card).toEqual(imported.card);
    expect(found.card.selfTest.samples).toHaveLength(4);
    const verified = await verifyModels(join(folder, "models"), [], engine, systemClock);
    expect(verified).toMatchObject([{ name: "sdcnn-lab", ok: true }]);
  });

  test("other weights of a name that is taken are refused, unless they are to be replaced", async () => {
    const card = await cardFile();
    await take(card);
    await take(card);
    await writeFile(
      join(folder, "models/sdcnn/model.onnx"),
      await readFile(join(bundledModels(), "resunet-lite/model.onnx")),
    );
    const own = JSON.parse(await readFile(join(folder, "models/sdcnn/card.json"), "utf8")) as { sha256: string };
    const other = (await findModel(bundledModels(), "resunet-lite")).card.sha256;
    await writeFile(join(folder, "models/sdcnn/card.json"), JSON.stringify({ ...own, sha256: other }));
    await expect(take(card)).rejects.toThrow(
      /sdcnn is there already, version .* give the card another name, or use --replace/,
    );
    await take(card, undefined, true);
    expect((await findModel(join(folder, "models"), "sdcnn")).card.sha256).toBe(own.sha256);
  });

  test("what is not as the card says is refused, and nothing is written", async () => {
    const wrongHash = await cardFile((c) => Object.assign(c, { sha256: "0".repeat(64) }));
    await expect(take(wrongHash)).rejects.toThrow(/its card says 0000/);
    const otherAnswer = await cardFile((c) => Object.assign(c.selfTest as object, { samples: [0.9, 0.1, 0.9, 0.1] }));
    await expect(take(otherAnswer)).rejects.toThrow(/answers its self-test with a difference/);
    const noCard = join(folder, "none.json");
    await writeFile(noCard, "{");
    await expect(take(noCard)).rejects.toMatchObject({ code: "RF_MODEL_INVALID" });
    await expect(take(join(folder, "missing.json"))).rejects.toMatchObject({ code: "RF_MODEL_MISSING" });
    const text = join(folder, "text.onnx");
    await writeFile(text, "not a network");
    await expect(take(await cardFile((c) => Object.assign(c, { sha256: undefined })), text)).rejects.toMatchObject({
      code: "RF_MODEL_INVALID",
    });
    const channelsFirst = join(folder, "nchw.onnx");
    await writeFile(channelsFirst, probeModel());
    const card = join(folder, "tiny.json");
    await writeFile(card, JSON.stringify(sampleCard()));
    await expect(take(card, channelsFirst)).rejects.toThrow(/tiny does not take \[n, height, width, channels\]/);
    expect(await listModels(join(folder, "models")).catch(({ code }) => code)).toBe("RF_MODEL_MISSING");
  });
});

test("verify tells which model is not what its card says, and goes on", async () => {
  await cp(bundledModels(), join(folder, "models"), { recursive: true });
  const weights = await readFile(bundled("model.onnx"));
  weights[weights.length >> 1]! ^= 1;
  await writeFile(join(folder, "models/sdcnn/model.onnx"), weights);
  const text = verifiedText(await verifyModels(join(folder, "models"), [], engine, systemClock));
  expect(text).toMatch(/^ok {6}resunet-guided .*: weights [0-9a-f]{12} as in the card; self-test differs by/);
  expect(text).toMatch(/\nFAILED {2}sdcnn: RF_MODEL_INVALID.*its card says/);
});

test("the list is for people", async () => {
  const text = modelsText(await listModels(bundledModels()));
  expect(text).toMatch(/sdcnn \d+\.\d+\.\d+: classifier, sdcnn, 1\.28 million parameters\n {4}weights [0-9a-f]{64}\n/);
  expect(modelsText([])).toBe("no models here\n");
});
