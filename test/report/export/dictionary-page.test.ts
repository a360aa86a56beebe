import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { dictionaryPage } from "../../../src/report/export/dictionary-page.js";

it("docs/export-columns.md is current (else: npm run build && node scripts/write-export-docs.mjs)", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../../docs/export-columns.md"), "utf8");
  expect(page).toBe(dictionaryPage());
});
