import { mkdtempSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemFreeBytes } from "../../src/system/disk-space.js";

it("tells what is free where a folder lies, or will lie", async () => {
  const folder = mkdtempSync(join(tmpdir(), "refocusd-space-"));
  writeFileSync(join(folder, "file"), "");
  const { blocks, bsize } = await statfs(folder);
  for (const at of [folder, join(folder, "not/yet/made"), join(folder, "file", "below a file")]) {
    const free = await systemFreeBytes(at);
    expect(free, at).toBeGreaterThan(0);
    expect(free, at).toBeLessThanOrEqual(blocks * bsize);
  }
});
