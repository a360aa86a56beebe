// Writes docs/errors.md from the catalogue. Needs a build: npm run build && node scripts/write-error-docs.mjs
import { mkdirSync, writeFileSync } from "node:fs";
import { errorsPage } from "../dist/errors/errors-page.js";

mkdirSync(new URL("../docs", import.meta.url), { recursive: true });
writeFileSync(new URL("../docs/errors.md", import.meta.url), errorsPage());
