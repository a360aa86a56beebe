import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { refuseExisting } from "../../src/simulate/check-target.js";
import { framesOfFolder, inOrderOfTaking, listFrames } from "../../src/simulate/folder-frames.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("gives the frames of a folder and below it, with their bytes, and nothing else", async () => {
  await mkdir(join(folder, "run2"));
  for (const name of ["e_t2xy1.tif", "e_t1xy2.TIF", "run2/e_t1xy1.png", "README.md", "truth.json"]) {
    await writeFile(join(folder, name), name);
  }
  await mkdir(join(folder, "folder.tif"));
  const names = await listFrames(folder);
  expect(names).toEqual(["e_t1xy2.TIF", "run2/e_t1xy1.png", "e_t2xy1.tif"]);
  const found: string[] = [];
  for await (const { name, bytes } of framesOfFolder(folder, names)) found.push(`${name}: ${bytes}`);
  expect(found).toEqual(["e_t1xy2.TIF: e_t1xy2.TIF", "run2/e_t1xy1.png: run2/e_t1xy1.png", "e_t2xy1.tif: e_t2xy1.tif"]);
});

it("orders them as they are taken: by time, then by position as numbers", () => {
  const names = ["a_t10xy1.tif", "a_t2xy10.tif", "a_t2xy9.tif", "snap2.tif", "snap10.tif", "a_t1xy3.tif"];
  expect(inOrderOfTaking(names)).toEqual([
    "a_t1xy3.tif",
    "a_t2xy9.tif",
    "a_t2xy10.tif",
    "a_t10xy1.tif",
    "snap2.tif",
    "snap10.tif",
  ]);
});

it("says what is wrong with a missing folder, a file, or one without frames", async () => {
  await writeFile(join(folder, "x.txt"), "");
  for (const [from, what] of [
    [join(folder, "nowhere"), "there is no such folder"],
    [join(folder, "x.txt"), "ENOTDIR"],
    [folder, "no TIFF, PNG or JPEG"],
  ] as const) {
    const failure = listFrames(from);
    await expect(failure).rejects.toMatchObject({ code: "RF_USAGE" });
    await expect(failure).rejects.toThrow(what);
  }
});

it("refuses to overwrite anything", async () => {
  await refuseExisting(join(folder, "new"), ["a.tif"]);
  await writeFile(join(folder, "b.tif"), "");
  await expect(refuseExisting(folder, ["a.tif", "b.tif"])).rejects.toMatchObject({ code: "RF_USAGE" });
});
