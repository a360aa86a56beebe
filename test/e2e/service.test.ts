import { writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { canNotify, type NotifySocket, openNotifySocket } from "../support/notify-socket.js";
import { canRun, makePlace, type RunningDaemon, startDaemon, until } from "./support.js";

let socket: NotifySocket | undefined;
let daemon: RunningDaemon | undefined;
afterEach(() => {
  daemon?.process.kill("SIGKILL");
  socket?.process.kill();
  daemon = undefined;
  socket = undefined;
});

describe.skipIf(!canRun || !canNotify)("the built daemon as a service (needs python3 and systemd-notify)", () => {
  it("tells its whole life: starting, ready, alive, reloading, stopping", { timeout: 120_000 }, async () => {
    socket = await openNotifySocket();
    const place = makePlace();
    // Its sign of life is expected each 3 s, so it gives one each second.
    daemon = await startDaemon(place, { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "3000000" });
    const { heard } = socket;
    const lines = () => heard().flatMap((datagram) => datagram.split("\n"));
    const context = () => `${heard().join("\n---\n")}\n${daemon?.log()}`;
    await until(() => lines().filter((line) => line === "WATCHDOG=1").length >= 3, context);
    expect(lines().slice(0, 2)).toEqual([
      "EXTEND_TIMEOUT_USEC=900000000",
      "STATUS=starting: opening the ledger, starting the workers",
    ]);
    expect(lines().slice(2, 5)).toEqual([
      "READY=1",
      "WATCHDOG=1",
      "STATUS=watching 1 folder; 0 in hand, 0 waiting; 0 done today, 0 problems",
    ]);

    writeFileSync(`${place.input}/zero.tif`, "");
    await until(() => lines().some((line) => line.startsWith("STATUS=") && line.includes("1 problem")), context);

    daemon.process.kill("SIGHUP");
    await until(() => lines().filter((line) => line === "READY=1").length === 2, context);
    expect(lines().indexOf("RELOADING=1")).toBeLessThan(lines().lastIndexOf("READY=1"));

    daemon.process.kill("SIGTERM");
    expect(await daemon.end).toBe(0);
    await until(() => lines().includes("STOPPING=1"), context);
    expect(lines().slice(-2)).toEqual(["STOPPING=1", "STATUS=finishing the frames in hand"]);
  });
});
