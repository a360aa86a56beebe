import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { stateFolder } from "../../src/app/state-folder.js";
import { writeLiveStatus } from "../../src/app/status/status-file.js";
import { systemClock } from "../../src/system/clock.js";

function setUp(text: string, live: { configFile?: string; writtenMs?: number } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "refocusd-state-"));
  const config = join(folder, "refocusd.yaml");
  writeFileSync(config, text);
  mkdirSync(join(folder, "state"));
  writeLiveStatus(join(folder, "state"), {
    ...{ pid: process.pid, version: "0", startedMs: 0, writtenMs: systemClock.now(), configFile: config },
    ...{ engine: "", models: [], workers: [], watchers: [], dailyLogs: "" },
    ...live,
  });
  return { config, state: join(folder, "state") };
}
const bad = "state: state\nwatch: 5\n";

it("is named by a file that has become invalid, while the daemon runs that was started with it", async () => {
  const { config, state } = setUp(bad);
  expect(await stateFolder({ config }, systemClock)).toBe(state);
  const { config: broken, state: other } = setUp("state: state\nwatch: [\n  - {");
  expect(await stateFolder({ config: broken }, systemClock)).toBe(other);
});

it.each([
  ["another file's daemon runs there", bad, { configFile: "/etc/other.yaml" }],
  ["the daemon is silent", bad, { writtenMs: 5 }],
  ["it does not say where", "state: [1]\n", {}],
])("is not, where %s", async (_why, text, live) => {
  await expect(stateFolder({ config: setUp(text, live).config }, systemClock)).rejects.toThrow(/RF_CONFIG_INVALID/);
});

it("must be given in one way or the other", async () => {
  await expect(stateFolder({}, systemClock)).rejects.toThrow(/RF_USAGE/);
  expect(await stateFolder({ state: "/s" }, systemClock)).toBe("/s");
});
