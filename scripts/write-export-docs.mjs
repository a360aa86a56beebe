// Writes docs/export-columns.md from the export's columns. Needs a build: npm run build && node scripts/write-export-docs.mjs
import { writeFileSync } from "node:fs";
import { dictionaryPage } from "../dist/report/export/dictionary-page.js";

writeFileSync(new URL("../docs/export-columns.md", import.meta.url), dictionaryPage());
