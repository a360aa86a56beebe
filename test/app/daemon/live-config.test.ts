import { describe, expect, it } from "vitest";
import { LiveConfig } from "../../../src/app/daemon/live-config.js";
import { configLines } from "../../../src/app/status/status-config.js";
import { changeText } from "../../../src/config/changes.js";
import { type ConfigReading, parseConfig } from "../../../src/config/load.js";
import { RefocusdError } from "../../../src/errors/refocusd-error.js";
import { silentLog } from "../../../src/log/log.js";
import { FakeClock } from "../../watch/support/fake-clock.js";
import { FakeFileSystem } from "../../watch/support/fake-file-system.js";

const FILE = "/etc/refocusd.yaml";
const yaml = (more = "") => `state: /s\nwatch: [{path: /a, output: /b}]\n${more}`;

function setUp(more = "") {
  const clock = new FakeClock();
  const fs = new FakeFileSystem(clock);
  fs.write(FILE, yaml(more));
  const at = parseConfig(yaml(more), "/etc");
  if (at.kind === "invalid") throw new Error("not valid");
  const applied: string[][] = [];
  const log: string[] = [];
  const say = (message: string, fields?: object) => log.push(`${message} ${JSON.stringify(fields)}`);
  const config = new LiveConfig(FILE, at.config, {
    clock,
    fs,
    log: { ...silentLog, info: say, error: say },
    read: async (file): Promise<ConfigReading> => {
      const text = fs.content(file);
      if (text === undefined) throw new RefocusdError("RF_CONFIG_UNREADABLE", `${file}: ENOENT`);
      return parseConfig(text, "/etc");
    },
    apply: async (_before, changed) => void applied.push(changed.map(changeText)),
  });
  config.start();
  return { clock, fs, config, applied, log };
}

describe("the configuration in force", () => {
  it("takes over what its file says three seconds after it was written, and says so once", async () => {
    const { clock, fs, config, applied, log } = setUp();
    await clock.advance(60_000);
    expect([applied, log]).toEqual([[], []]);
    fs.write(FILE, yaml("settle: {quietSeconds: 5}\nworkers: 2\n"));
    await clock.advance(3_100);
    expect(config.current).toMatchObject({ settle: { quietSeconds: 5 }, workers: "auto" });
    expect(applied).toEqual([["settle.quietSeconds: 1 → 5"]]);
    expect(log).toEqual([
      'configuration reloaded {"changed":"settle.quietSeconds: 1 → 5","afterRestart":"workers: \\"auto\\" → 2"}',
    ]);
    fs.write(FILE, yaml("# touched\nsettle: {quietSeconds: 5}\nworkers: 2\n"));
    await clock.advance(60_000);
    expect([applied.length, log.length]).toEqual([1, 1]);
    expect(configLines(config.status(), FILE)).toEqual(['  after a restart: workers: "auto" → 2']);
    await config.stop();
    expect(clock.sleepers).toBe(0);
  });

  it("finds the file that an editor puts in place of the old one, though nothing but its inode differs", async () => {
    const { clock, fs, config } = setUp("workers: 3\nreconstruct: never\n");
    await clock.advance(5_000);
    fs.write("/etc/.refocusd.yaml.swp", yaml("workers: 3\nreconstruct: always\n").slice(0, -1));
    fs.rename("/etc/.refocusd.yaml.swp", FILE);
    await clock.advance(3_100);
    expect(config.current.reconstruct).toBe("always");
    await config.stop();
  });

  it("does not read a file that is still being written", async () => {
    const { clock, fs, config, log } = setUp();
    for (let k = 0; k < 20; k++) {
      fs.write(FILE, yaml("settle: {quietSec"));
      await clock.advance(700);
    }
    fs.write(FILE, yaml("settle: {quietSeconds: 7}\n"));
    await clock.advance(3_100);
    expect(config.current.settle.quietSeconds).toBe(7);
    expect(log.filter((line) => line.includes("not reloaded"))).toEqual([]);
    await config.stop();
  });

  it("stays in force while the file is bad, and says where and since when until a good one is read", async () => {
    const { clock, fs, config, applied, log } = setUp();
    await clock.advance(5_000);
    fs.write(FILE, yaml("settle:\n  quietSeconds: never\n"));
    await clock.advance(3_100);
    const sinceMs = config.status().problem?.sinceMs;
    expect(clock.now() - (sinceMs ?? 0)).toBeLessThan(3_100);
    fs.write(FILE, yaml("verdict: {focusedBelow: 2}\n"));
    await clock.advance(60_000);
    expect(config.status()).toMatchObject({
      problem: { sinceMs, code: "RF_CONFIG_INVALID", places: [{ line: 3, column: 25, key: "verdict.focusedBelow" }] },
    });
    expect(configLines(config.status(), FILE)).toEqual([
      expect.stringMatching(/^ {2}CONFIGURATION NOT IN FORCE since 2026-11-23 .*RF_CONFIG_INVALID/),
      expect.stringContaining(`${FILE}:3:25: verdict.focusedBelow: found 2`),
    ]);
    expect([applied, log.length, config.current.settle.quietSeconds]).toEqual([[], 2, 1]);
    fs.write(FILE, yaml());
    await clock.advance(3_100);
    expect([config.status().problem, applied, log.length]).toEqual([null, [[]], 3]);
    await config.stop();
  });

  it("says once that the file is gone, and goes on when the same file is back", async () => {
    const { clock, fs, config, log } = setUp();
    await clock.advance(5_000);
    fs.rename(FILE, "/etc/away");
    await clock.advance(30_000);
    expect(config.status().problem).toMatchObject({ code: "RF_CONFIG_UNREADABLE", places: [] });
    expect(log.length).toBe(1);
    fs.rename("/etc/away", FILE);
    await clock.advance(5_000);
    expect(config.status().problem).toBeNull();
    await config.stop();
  });

  it("finds what was changed between its reading for the start and the first look", async () => {
    const { clock, fs, config } = setUp();
    fs.write(FILE, yaml("reconstruct: never\n"));
    await clock.advance(3_100);
    expect(config.current.reconstruct).toBe("never");
    await config.stop();
  });

  it("is read at once on demand, and answers even if nothing changed", async () => {
    const { fs, config, log } = setUp();
    fs.write(FILE, yaml("reconstruct: never\n"));
    await config.reload();
    expect(config.current.reconstruct).toBe("never");
    await config.reload();
    expect(log).toEqual([expect.stringContaining("reconstruct"), 'configuration reloaded {"changed":"nothing"}']);
    await config.stop();
  });
});
