import { expect, test } from "vitest";
import type { Log } from "../../src/log/log.js";
import { silentLog } from "../../src/log/log.js";
import { systemd, watchdogMs } from "../../src/service/service-manager.js";

test("nobody is told outside of systemd", () => {
  expect(systemd({ log: silentLog, env: {}, pid: 1 })).toBeUndefined();
  expect(systemd({ log: silentLog, env: { NOTIFY_SOCKET: "" }, pid: 1 })).toBeUndefined();
});

test("the watchdog's period is the environment's, if it is meant for this process", () => {
  expect(watchdogMs({ WATCHDOG_USEC: "120000000" }, 5)).toBe(120_000);
  expect(watchdogMs({ WATCHDOG_USEC: "120000000", WATCHDOG_PID: "5" }, 5)).toBe(120_000);
  expect(watchdogMs({ WATCHDOG_USEC: "120000000", WATCHDOG_PID: "6" }, 5)).toBeUndefined();
  for (const WATCHDOG_USEC of [undefined, "", "0", "-1", "soon", "1e9"])
    expect(watchdogMs({ WATCHDOG_USEC }, 5), WATCHDOG_USEC).toBeUndefined();
});

test("a failure is logged once until it works again, and never thrown", async () => {
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => void warnings.push(message) };
  const answers = ["broken", "broken", "fine", "broken"];
  const notify = () => (answers.shift() === "broken" ? Promise.reject(new Error("ENOENT")) : Promise.resolve());
  const manager = systemd({ log, env: { NOTIFY_SOCKET: "/run/x" }, pid: 1, notify })!;
  await manager.tell("READY=1");
  await manager.tell("WATCHDOG=1");
  expect(warnings).toEqual(["systemd cannot be told how refocusd is"]);
  await manager.tell("WATCHDOG=1");
  await manager.tell("WATCHDOG=1");
  expect(warnings).toHaveLength(2);
});

test("messages do not overtake each other", async () => {
  const heard: string[] = [];
  const slow: (() => void)[] = [];
  const notify = ([first]: readonly string[]) =>
    new Promise<void>((resolve) => {
      slow.push(() => {
        heard.push(first!);
        resolve();
      });
    });
  const manager = systemd({ log: silentLog, env: { NOTIFY_SOCKET: "/run/x" }, pid: 1, notify })!;
  const both = Promise.all([manager.tell("READY=1"), manager.tell("STOPPING=1")]);
  await Promise.resolve();
  expect(slow).toHaveLength(1);
  slow[0]!();
  await new Promise(setImmediate);
  slow[1]!();
  await both;
  expect(heard).toEqual(["READY=1", "STOPPING=1"]);
});
