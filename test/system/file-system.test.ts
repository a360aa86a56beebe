import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemFileSystem } from "../../src/system/file-system.js";

it.each([0, 1, 5000, 1 << 20, 3 * (1 << 20) + 7])("hashes a file of %i bytes whole", async (size) => {
  const path = join(mkdtempSync(join(tmpdir(), "refocusd-hash-")), "file");
  const bytes = randomBytes(size);
  writeFileSync(path, bytes);
  expect(await systemFileSystem.hash(path)).toBe(createHash("sha256").update(bytes).digest("hex"));
});
