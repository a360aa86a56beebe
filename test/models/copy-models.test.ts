import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyModels } from "../../src/models/copy-models.js";
import { bundledModels } from "../../src/models/registry.js";
import { temporaryFolder } from "../ledger/support.js";

/** A folder of two sound models, a damaged one, and what is none. */
function makeModels(): string {
  const folder = temporaryFolder();
  for (const name of ["sdcnn", "resunet-lite"])
    cpSync(join(bundledModels(), name), join(folder, name), { recursive: true });
  cpSync(join(bundledModels(), "sdcnn"), join(folder, "torn"), { recursive: true });
  mkdirSync(join(folder, ".adapting"));
  writeFileSync(join(folder, "README.md"), "");
  return folder;
}

test("sound models are copied as they are, once, and nothing else", async () => {
  const [from, to] = [makeModels(), join(temporaryFolder(), "models")];
  expect(await copyModels(from, to)).toEqual(["resunet-lite", "sdcnn"]);
  expect(await copyModels(from, to)).toEqual([]);
  expect(readdirSync(to).toSorted()).toEqual(["resunet-lite", "sdcnn"]);
  const bytes = (folder: string) => readFileSync(join(folder, "sdcnn", "model.onnx"));
  expect(bytes(to).equals(bytes(from))).toBe(true);
});

test("what has the name already stays, and half a copy is begun anew", async () => {
  const [from, to] = [makeModels(), temporaryFolder()];
  mkdirSync(join(to, "sdcnn"));
  mkdirSync(join(to, ".resunet-lite.tmp"));
  writeFileSync(join(to, ".resunet-lite.tmp", "left"), "");
  expect(await copyModels(from, to)).toEqual(["resunet-lite"]);
  expect(readdirSync(join(to, "sdcnn"))).toEqual([]);
  expect(readdirSync(join(to, "resunet-lite"))).not.toContain("left");
});

test("a folder that is not there has no models", async () => {
  expect(await copyModels(join(temporaryFolder(), "none"), temporaryFolder())).toEqual([]);
});
