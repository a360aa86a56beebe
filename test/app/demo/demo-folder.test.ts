import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeDemoFolder } from "../../../src/app/demo/demo-folder.js";
import { bundledSamples, readTruth } from "../../../src/app/demo/truth.js";
import { loadConfig } from "../../../src/config/load.js";

it("writes a configuration that the daemon takes, whatever the folder is called", async () => {
  const root = join(await mkdtemp(join(tmpdir(), "refocusd-test-")), 'a "demo": #1');
  const folder = await makeDemoFolder(root, { models: "/srv/my models" });
  const config = await loadConfig(folder.config);
  expect(config.state).toBe(folder.state);
  expect(config.watch).toMatchObject([{ path: folder.incoming, output: folder.output }]);
  expect(config.dailyLog.directory).toBe(folder.log);
  expect(config.models.directory).toBe("/srv/my models");
  expect((await loadConfig((await makeDemoFolder(undefined, {})).config)).models.directory).toBeNull();
});

it("takes an empty folder only", async () => {
  const root = await mkdtemp(join(tmpdir(), "refocusd-test-"));
  await writeFile(join(root, "mine.txt"), "");
  await expect(makeDemoFolder(root, {})).rejects.toMatchObject({ code: "RF_USAGE" });
  expect(await readdir(root)).toEqual(["mine.txt"]);
  await rm(root, { recursive: true });
});

it("finds the samples and their truth", async () => {
  expect(await readTruth(bundledSamples())).toHaveLength(24);
  await expect(readTruth("/nowhere")).rejects.toMatchObject({ code: "RF_USAGE" });
});
