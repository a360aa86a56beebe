import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readLiveStatus } from "../../src/app/status/status-file.js";
import { simulate } from "../../src/simulate/microscope.js";
import { canRun, makePlace, type RunningDaemon, refocusd, SAMPLES, startDaemon, until } from "./support.js";

let running: RunningDaemon | undefined;
afterEach(() => {
  running?.process.kill("SIGKILL");
  running = undefined;
});

describe.skipIf(!canRun)("series of the built daemon", { timeout: 240_000 }, () => {
  it("stand in their folder as frames end, and the command mends what is missing", async () => {
    const place = makePlace("series: { folder: series, link: symlink }\n");
    running = await startDaemon(place);
    // In focus, out of focus, and a gap before it.
    const frames = ["demo_t01xy1c1.tif", "demo_t02xy1c1.tif", "demo_t04xy1c1.tif"].map((name) => ({
      name,
      bytes: readFileSync(join(SAMPLES, name)),
    }));
    await simulate({ frames, target: place.input, intervalMs: 100, writeMs: 50, mode: "nis" });
    const folder = join(place.folder, "series", place.input.slice(1).replaceAll("/", "+"), "demo+xy1+c1");
    await until(() => existsSync(join(folder, "t0004.reconstructed.tif")), running.log);
    await until(() => existsSync(join(folder, "t0001.tif")) && existsSync(join(folder, "t0002.tif")), running.log);
    expect(lstatSync(join(folder, "t0001.tif")).isSymbolicLink()).toBe(true);
    await until(() => readLiveStatus(place.state)?.series?.problems.gap === 1, running.log);
    const manifest = readFileSync(join(folder, "manifest.csv"), "utf8").split("\r\n");
    expect(manifest.map((line) => line.split(",").slice(0, 3).join(","))).toEqual([
      "time_point,file,kind",
      "1,t0001.tif,source",
      "2,t0002.tif,source",
      "3,,missing",
      "4,t0004.reconstructed.tif,reconstruction",
      "",
    ]);

    // The daemon keeps its folder; the command is for another, or for when no daemon runs.
    const beside = await refocusd("series", "-c", place.config);
    expect([beside.code, beside.out]).toEqual([0, expect.stringMatching(/gap: t3 is missing.*running daemon keeps/s)]);
    running.process.kill("SIGTERM");
    expect(await running.end).toBe(0);
    rmSync(join(folder, "t0002.tif"));
    const { code, out } = await refocusd("series", "xy1", "-c", place.config, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      name: expect.stringMatching(/demo\+xy1\+c1$/),
      made: 1,
      files: 3,
      timePoints: 4,
    });
    expect(existsSync(join(folder, "t0002.tif"))).toBe(true);

    const inside = await refocusd("series", "-c", place.config, "--out", join(place.input, basename(folder)));
    expect([inside.code, inside.err]).toEqual([2, expect.stringContaining("RF_USAGE")]);
  });

  it("are told once when their next time point does not come, without folders of series too", async () => {
    const place = makePlace("series: { overdueFactor: 2, intervalSeconds: 1.5 }\n");
    running = await startDaemon(place);
    const frames = ["01", "02", "03", "04", "05"].map((time) => ({
      name: `demo_t${time}xy2c1.tif`,
      bytes: readFileSync(join(SAMPLES, `demo_t${time}xy2c1.tif`)),
    }));
    await simulate({ frames, target: place.input, intervalMs: 1500, writeMs: 50, mode: "nis" });
    await until(() => running!.log().includes("RF_SERIES_OVERDUE"), running.log);
    expect(running.log()).toMatch(/time points do not come.*demo\+xy2\+c1 after t5, every 1\.5 s/);
    await until(() => readLiveStatus(place.state)?.overdue?.length === 1, running.log);
    const { out } = await refocusd("status", "-c", place.config);
    expect(out).toMatch(/OVERDUE: .*demo\+xy2\+c1 after t5/);
    expect(running.log().match(/RF_SERIES_OVERDUE/g)).toHaveLength(1);
    running.process.kill("SIGTERM");
    expect(await running.end).toBe(0);
  });
});
