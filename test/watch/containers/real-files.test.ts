import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { systemFileSystem } from "../../../src/system/file-system.js";
import { checkContainer } from "../../../src/watch/containers/index.js";
import { dataFolder } from "../../support/data.js";

function files(folder: string, pattern: RegExp): string[] {
  if (!dataFolder) return ["(no data folder)"];
  return readdirSync(path.join(dataFolder, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => pattern.test(name))
    .map((name) => path.join(folder, name));
}

/** The check of the first `length` bytes of a file on disk, as if it had been written so far. */
async function check(name: string, length = Number.POSITIVE_INFINITY) {
  const file = await systemFileSystem.open(path.join(dataFolder ?? "", name));
  const size = Math.min(file.size, length);
  try {
    const cut = { ...file, size, read: (at: number, n: number) => file.read(at, Math.max(0, Math.min(n, size - at))) };
    return { size: file.size, ...(await checkContainer(cut, name)) };
  } finally {
    await file.close();
  }
}

describe.skipIf(!dataFolder)("checkContainer of real files", () => {
  it("finds every frame of a microscope complete", async () => {
    const names = [...files("phase-contrast", /\.tiff?$/), ...files("formats/nis-tif", /\.tiff?$/)];
    expect(names.length).toBeGreaterThan(100);
    for (const name of names)
      expect(await check(name), name).toMatchObject({ kind: "complete", type: "tiff", pages: 1 });
  });

  it.each([...files("formats/nis-tif", /(mono16|ti2).*\.tif$/), ...files("formats/odd-tiff/imagej", /\.tif$/)])(
    "waits for prefixes of %s",
    async (name) => {
      const { size } = await check(name);
      const ends = [size - 1, size - 2, size - 100, 8, 7, 0];
      for (const length of [...Array.from({ length: 60 }, (_, i) => Math.floor((i * size) / 60)), ...ends]) {
        expect((await check(name, length)).kind, `at ${length} of ${size}`).toBe("incomplete");
      }
    },
  );

  it.each(files("formats/odd-tiff", /\.tiff?$/))("ends with a result for %s", async (name) => {
    expect((await check(name)).kind).toMatch(/^(complete|incomplete|unsupported|damaged)$/);
  });

  it.each(files("formats/nd2", /\.nd2$/))("knows %s, and that it is whole", async (name) => {
    const { size, ...result } = await check(name);
    expect(result).toMatchObject({ kind: "complete", type: "nd2" });
    expect((await check(name, size - 1)).kind).toBe("incomplete");
  });
});
