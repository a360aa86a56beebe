// Writes models/README.md from the cards. Needs a build: npm run build && node scripts/write-model-docs.mjs
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { modelsPage } from "../dist/models/models-page.js";
import { listModels } from "../dist/models/registry.js";

const folder = fileURLToPath(new URL("../models", import.meta.url));
const models = await listModels(folder);
for (const model of models) if (!model.ok) throw model.error;
writeFileSync(new URL("../models/README.md", import.meta.url), modelsPage(models.map(({ card }) => card)));
