import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { canNotify, type NotifySocket, openNotifySocket } from "../support/notify-socket.js";
import { canRun, MAIN, makePlace, type RunningDaemon, refocusd, startDaemon, until } from "./support.js";

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

describe.skipIf(!canRun)("refocusd service", () => {
  const parts = [
    "etc/refocusd/refocusd.schema.json",
    "etc/refocusd/refocusd.yaml",
    "etc/systemd/system/refocusd.service",
    "etc/systemd/system/refocusd.service.d/10-folders.conf",
    "etc/sysusers.d/refocusd.conf",
    "etc/tmpfiles.d/refocusd.conf",
  ];
  const filesIn = (root: string) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .sort();

  it("installs into another root, twice without harm, and takes it away again", { timeout: 60_000 }, async () => {
    const root = mkdtempSync(join(tmpdir(), "refocusd-root-"));
    const dry = await refocusd("service", "install", "--root", root, "--dry-run");
    expect(dry).toMatchObject({ code: 0, err: "" });
    for (const part of parts) expect(dry.out).toContain(`would write /${part}`);
    expect(filesIn(root)).toEqual([]);

    const first = await refocusd("service", "install", "--root", root);
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(filesIn(root)).toEqual(parts);
    const unit = readFileSync(join(root, parts[2]!), "utf8");
    expect(unit).toContain(
      `\nExecStart=${realpathSync(process.execPath)} --max-semi-space-size=4 ${MAIN} run -c /etc/refocusd/refocusd.yaml\n`,
    );

    const config = join(root, "etc/refocusd/refocusd.yaml");
    writeFileSync(config, "watch:\n  - path: /mnt/scope\n    output: /srv/out\n");
    const second = await refocusd("service", "install", "--root", root, "--no-mounts");
    expect(second.out).toMatch(/refocusd\.yaml stays as it is/);
    expect(second.out).toMatch(/refocusd\.service is up to date/);
    const dropIn = readFileSync(join(root, parts[3]!), "utf8");
    expect(dropIn).toContain("\nReadWritePaths=-/srv/out\n");
    expect(dropIn).not.toContain("RequiresMountsFor=");

    writeFileSync(config, "watch: []\n");
    const bad = await refocusd("service", "install", "--root", root);
    expect(bad).toMatchObject({ code: 2, err: expect.stringContaining("RF_CONFIG_INVALID") as string });

    expect(await refocusd("service", "uninstall", "--root", root)).toMatchObject({ code: 0 });
    expect(filesIn(root)).toEqual(parts.slice(0, 2));
    expect(await refocusd("service", "uninstall", "--root", root, "--purge")).toMatchObject({ code: 0 });
    expect(filesIn(root)).toEqual([]);
    rmSync(root, { recursive: true });
  });

  it.skipIf(existsSync("/run/systemd/system"))("says by its code that there is no systemd here", async () => {
    for (const command of ["install", "uninstall", "status"]) {
      const { code, err } = await refocusd("service", command);
      expect({ command, code }).toEqual({ command, code: 3 });
      expect(err).toContain("RF_NO_SYSTEMD");
    }
    const { code, out } = await refocusd("service", "install", "--dry-run");
    expect(code).toBe(0);
    expect(out).toMatch(/^first: RF_NO_SYSTEMD/m);
    expect(out).toMatch(/would run systemctl daemon-reload/);
  });
});
