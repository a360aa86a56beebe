import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.js";

const repository = resolve(import.meta.dirname, "../..");
const read = (name: string) => readFileSync(resolve(repository, "systemd", name), "utf8");
const unit = read("refocusd.service");
const gpu = read("gpu.conf");
const settingsOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => /^\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
const values = (key: string) =>
  settingsOf(unit)
    .filter(([name]) => name === key)
    .map(([, value]) => value);

/** Lines of settings above which, or above whose group, there is no comment. */
function unexplained(text: string): string[] {
  const lines = text.split("\n");
  return lines.filter((line, i) => {
    if (!/^\w+=/.test(line)) return false;
    return !(lines.slice(0, i).findLast((other) => !/^\w+=/.test(other)) ?? "").startsWith("#");
  });
}

describe("the unit", () => {
  test("fits the example configuration: state folder, log folder, output folder", () => {
    const reading = parseConfig(readFileSync(resolve(repository, "config/refocusd.yaml"), "utf8"), "/etc/refocusd");
    if (reading.kind === "invalid") throw new Error("invalid example");
    expect(values("StateDirectory").map((name) => `/var/lib/${name}`)).toEqual([reading.config.state]);
    expect(values("ReadWritePaths")).toEqual(reading.config.watch.map((watch) => `-${watch.output}`));
  });

  test("is told when refocusd is ready, and watches it", () => {
    expect(values("Type")).toEqual(["notify"]);
    // systemd-notify is a process of its own: with "main" its messages would be dropped, and no start would succeed.
    expect(values("NotifyAccess")).toEqual(["all"]);
    expect(values("WatchdogSec")).toEqual(["2min"]);
  });

  test("explains each line of hardening", () => {
    const hardening = unit.slice(unit.indexOf("# ---"), unit.indexOf("[Install]"));
    expect(settingsOf(hardening).length).toBeGreaterThan(25);
    expect(unexplained(hardening)).toEqual([]);
    expect(unexplained(gpu)).toEqual([]);
  });

  test("lets node compile JavaScript", () => {
    expect(values("MemoryDenyWriteExecute")).toEqual([]);
  });
});

const hasAnalyze = spawnSync("systemd-analyze", ["--version"]).status === 0;

describe.skipIf(!hasAnalyze)("systemd-analyze, where it is installed,", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "refocusd-unit-"));
    // A machine that runs the tests may lack node in /usr/bin.
    writeFileSync(join(folder, "refocusd.service"), unit.replace("/usr/bin/node", process.execPath));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function addGpu(): void {
    mkdirSync(join(folder, "refocusd.service.d"));
    writeFileSync(join(folder, "refocusd.service.d/20-gpu.conf"), gpu);
  }

  function verify(): string[] {
    const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", join(folder, "refocusd.service")], {
      encoding: "utf8",
    });
    // Before 254 the two lines of back-off are unknown; the unit says so.
    const known = /Unknown key (name )?'(RestartSteps|RestartMaxDelaySec)'/;
    return `${stdout}${stderr}`.split("\n").filter((line) => line !== "" && !known.test(line));
  }

  function exposure(): number {
    const said = execFileSync(
      "systemd-analyze",
      ["security", "--offline=true", "--no-pager", join(folder, "refocusd.service")],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
    return Number(/exposure level for \S+: ([\d.]+)/.exec(said)?.[1]);
  }

  test("finds nothing wrong with the unit", () => {
    expect(verify()).toEqual([]);
  });

  test("finds nothing wrong with the drop-in for a GPU", () => {
    addGpu();
    expect(verify()).toEqual([]);
  });

  test("finds a mistake when there is one", () => {
    writeFileSync(join(folder, "refocusd.service"), unit.replace("WatchdogSec=2min", "WatchdogSec=often"));
    expect(verify().join()).toMatch(/Failed to parse sec value/);
  });

  test("rates its exposure 1.5 or less (0 to 10, lower is better), and 2 or less with the drop-in for a GPU", () => {
    expect(exposure()).toBeLessThanOrEqual(1.5);
    addGpu();
    expect(exposure()).toBeLessThanOrEqual(2);
  });
});
