import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.js";

const repository = resolve(import.meta.dirname, "../..");
const unit = readFileSync(resolve(repository, "systemd/refocusd.service"), "utf8");
const settings = unit
  .split("\n")
  .filter((line) => /^\w+=/.test(line))
  .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
const values = (key: string) => settings.filter(([name]) => name === key).map(([, value]) => value);

describe("the unit", () => {
  test("fits the example configuration: state folder, log folder, output folder", () => {
    const reading = parseConfig(readFileSync(resolve(repository, "config/refocusd.yaml"), "utf8"), "/etc/refocusd");
    if (reading.kind === "invalid") throw new Error("invalid example");
    expect(values("StateDirectory").map((name) => `/var/lib/${name}`)).toEqual([reading.config.state]);
    expect(values("ReadWritePaths")).toEqual(reading.config.watch.map((watch) => `-${watch.output}`));
  });

  test("explains each line of hardening", () => {
    const lines = unit.slice(unit.indexOf("# ---")).split("\n");
    const unexplained = lines.filter((line, i) => {
      if (!/^\w+=/.test(line)) return false;
      const above = lines.slice(0, i).findLast((other) => !/^\w+=/.test(other)) ?? "";
      return !above.startsWith("#");
    });
    expect(unexplained.filter((line) => !line.startsWith("WantedBy"))).toEqual([]);
  });

  test("lets node compile JavaScript", () => {
    expect(values("MemoryDenyWriteExecute")).toEqual([]);
  });

  test.skipIf(!existsSync("/usr/bin/systemd-analyze"))("is understood by systemd", () => {
    const file = resolve(repository, "systemd/refocusd.service");
    // Older versions do not know the two lines of back-off, and a machine may lack node in /usr/bin.
    const known = /RestartSteps|RestartMaxDelaySec|is not executable/;
    const said = execFileSync("bash", ["-c", `systemd-analyze verify "${file}" 2>&1 || true`], { encoding: "utf8" });
    expect(said.split("\n").filter((line) => line !== "" && !known.test(line))).toEqual([]);
  });
});

test("systemd/install --dry-run says what it would do and does nothing", () => {
  const installed = () =>
    ["/etc/refocusd", "/etc/systemd/system/refocusd.service", "/var/lib/refocusd"].map(existsSync);
  const before = installed();
  const said = execFileSync(resolve(repository, "systemd/install"), ["--dry-run"], { encoding: "utf8" });
  expect(said).toMatch(/refocusd\.service/);
  expect(said).toMatch(/systemctl enable --now refocusd/);
  expect(installed()).toEqual(before);
});
