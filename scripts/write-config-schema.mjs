// Writes what editors read to help with refocusd.yaml. Needs a build: npm run build && node scripts/write-config-schema.mjs
import { writeFileSync } from "node:fs";
import { editorSchema } from "../dist/config/json-schema.js";

writeFileSync(new URL("../config/refocusd.schema.json", import.meta.url), editorSchema());
