import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { modelsPage } from "../../src/models/models-page.js";
import { bundledModels, listModels } from "../../src/models/registry.js";

it("models/README.md is current (else: npm run docs)", async () => {
  const cards = (await listModels(bundledModels())).map((model) => {
    if (!model.ok) throw model.error;
    return model.card;
  });
  expect(await readFile(join(bundledModels(), "README.md"), "utf8")).toBe(modelsPage(cards));
});
