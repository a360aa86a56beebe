import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemFreeBytes, systemTryWrite } from "../../src/system/disk-space.js";

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

it("finds out by writing whether a folder takes a file, and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "refocusd-space-"));
  await systemTryWrite(join(folder, "new"), 3e6);
  expect(readdirSync(join(folder, "new"))).toEqual([]);
  writeFileSync(join(folder, "file"), "");
  await expect(systemTryWrite(join(folder, "file"), 1)).rejects.toThrow(/EEXIST|ENOTDIR/);
});
