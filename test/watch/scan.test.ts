import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemFileSystem } from "../../src/system/file-system.js";
import { nameRules } from "../../src/watch/names.js";
import { systemRealPath } from "../../src/watch/real-path.js";
import { type ScanDeps, scanFolder } from "../../src/watch/scan.js";

let base: string;
let root: string;
const deps: ScanDeps = {
  fs: systemFileSystem,
  realPath: systemRealPath,
  names: nameRules(["**/*.tif"], []),
  never: [],
};

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), "scan-"));
  root = path.join(base, "root");
  await mkdir(root);
});
afterEach(() => rm(base, { recursive: true }));

async function scan(overrides: Partial<ScanDeps> = {}) {
  const frames: string[] = [];
  const listing = await scanFolder(root, { ...deps, ...overrides }, (file) => frames.push(path.relative(root, file)));
  return { ...listing, found: frames.sort((a, b) => (a < b ? -1 : 1)) };
}

async function put(relative: string): Promise<void> {
  const file = path.join(root, relative);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, "x");
}

describe("symbolic links", () => {
  it("follows a link that leads outside, once", async () => {
    await mkdir(path.join(base, "disk2"));
    await writeFile(path.join(base, "disk2", "b.tif"), "x");
    await put("a.tif");
    await symlink(path.join(base, "disk2"), path.join(root, "more"));
    await symlink(path.join(base, "disk2"), path.join(root, "again"));
    const { found, ignored } = await scan();
    expect(found).toHaveLength(2);
    expect(ignored).toEqual({ "(link into a folder that is listed anyway)": 1 });
  });

  it("walks no cycle, inside or through the outside, and gives no frame two paths", async () => {
    await put("one/a.tif");
    await mkdir(path.join(base, "out"));
    await symlink(root, path.join(root, "one", "up"));
    await symlink(path.join(root, "one"), path.join(root, "two"));
    await symlink(path.join(base, "out"), path.join(root, "out"));
    await symlink(base, path.join(base, "out", "back"));
    await symlink(path.join(base, "nowhere"), path.join(root, "broken"));
    const { found, ignored } = await scan();
    expect(found).toEqual(["one/a.tif"]);
    expect(ignored).toEqual({ "(link into a folder that is listed anyway)": 3, "(broken link)": 1 });
  });

  it("takes a link to a file for the file", async () => {
    await writeFile(path.join(base, "x.tif"), "x");
    await symlink(path.join(base, "x.tif"), path.join(root, "link.tif"));
    expect((await scan()).found).toEqual(["link.tif"]);
  });
});

it("goes on when a folder vanishes under it, and tells which it cannot list", async () => {
  for (const folder of ["a", "b", "c"]) await put(`${folder}/x.tif`);
  const fs = {
    ...systemFileSystem,
    readdir: (folder: string) => {
      if (folder.endsWith("/a")) return Promise.reject(Object.assign(new Error("gone"), { code: "ENOENT" }));
      if (folder.endsWith("/b")) return Promise.reject(Object.assign(new Error("no"), { code: "EACCES" }));
      return systemFileSystem.readdir(folder);
    },
  };
  const { found, unreadable } = await scan({ fs });
  expect(found).toEqual(["c/x.tif"]);
  expect(unreadable).toEqual([{ folder: path.join(root, "b"), why: "no" }]);
});

it("lets others have their turn in a folder of many names", async () => {
  const entries = Array.from({ length: 40_000 }, (_, i) => ({ name: `t${i}.tif`, kind: "file" as const }));
  let turns = 0;
  const others = setInterval(() => turns++, 1);
  const { frames } = await scan({ fs: { ...systemFileSystem, readdir: () => Promise.resolve(entries) } });
  clearInterval(others);
  expect(frames).toBe(40_000);
  expect(turns).toBeGreaterThanOrEqual(10);
});
