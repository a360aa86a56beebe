import { afterEach, describe, expect, test } from "vitest";
import type { Log } from "../../src/log/log.js";
import { silentLog } from "../../src/log/log.js";
import { systemd } from "../../src/service/service-manager.js";
import { systemClock } from "../../src/system/clock.js";
import { canNotify, type NotifySocket, openNotifySocket } from "../support/notify-socket.js";

let socket: NotifySocket | undefined;
afterEach(() => {
  socket?.process.kill();
  socket = undefined;
});

describe.skipIf(!canNotify)("a real datagram socket (needs python3 and systemd-notify)", () => {
  test("hears each report as one datagram, in order", async () => {
    socket = await openNotifySocket();
    const env = { PATH: process.env.PATH, NOTIFY_SOCKET: socket.path };
    const manager = systemd({ log: silentLog, env, pid: process.pid })!;
    await Promise.all([
      manager.tell("EXTEND_TIMEOUT_USEC=900000000", "STATUS=starting: opening the ledger"),
      manager.tell("READY=1", "WATCHDOG=1", "STATUS=watching 1 folder; µm, \"quoted\" and 'so on'"),
      manager.tell("STOPPING=1"),
    ]);
    const give = systemClock.monotonic() + 10_000;
    while (socket.heard().length < 3 && systemClock.monotonic() < give) await systemClock.sleep(20);
    expect(socket.heard().map((datagram) => datagram.split("\n"))).toEqual([
      ["EXTEND_TIMEOUT_USEC=900000000", "STATUS=starting: opening the ledger"],
      ["READY=1", "WATCHDOG=1", "STATUS=watching 1 folder; µm, \"quoted\" and 'so on'"],
      ["STOPPING=1"],
    ]);
  });

  test("that is gone costs a warning and nothing else", async () => {
    const warnings: unknown[] = [];
    const log: Log = { ...silentLog, warn: (message) => void warnings.push(message) };
    const env = { PATH: process.env.PATH, NOTIFY_SOCKET: "/nowhere/socket" };
    await systemd({ log, env, pid: process.pid })!.tell("READY=1");
    expect(warnings).toEqual(["systemd cannot be told how refocusd is"]);
  });
});
