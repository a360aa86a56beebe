import { mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { stampsFolders } from "../../src/system/folder-stamps.js";

it("is not believed of a folder that cannot be asked, nor of one that no disk holds", async () => {
  expect(await stampsFolders("/no/such/folder")).toBe(false);
  if (process.platform === "linux") expect(await stampsFolders("/proc")).toBe(false);
});

it("where it is believed, a folder's stamps do move with each name added, renamed or removed", async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), "stamps-"));
  try {
    if (!(await stampsFolders(folder))) return context.skip("the temporary folder lies on another file system");
    const moved = async (change: () => Promise<unknown>) => {
      const before = await stat(folder);
      await sleep(30);
      await change();
      const after = await stat(folder);
      return after.mtimeMs !== before.mtimeMs && after.ctimeMs !== before.ctimeMs;
    };
    expect(await moved(() => writeFile(path.join(folder, "a"), "x"))).toBe(true);
    expect(await moved(() => writeFile(path.join(folder, "a"), "y"))).toBe(false);
    expect(await moved(() => rename(path.join(folder, "a"), path.join(folder, "b")))).toBe(true);
    expect(await moved(() => mkdir(path.join(folder, "c")))).toBe(true);
    expect(await moved(() => rm(path.join(folder, "b")))).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});
