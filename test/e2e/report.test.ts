import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openLedger } from "../../src/ledger/open.js";
import { LAST_DAY } from "../../src/report/daily-log-job.js";
import { addDays, dayAt, localTimeZone } from "../../src/report/local-day.js";
import { simulate } from "../../src/simulate/microscope.js";
import { systemClock } from "../../src/system/clock.js";
import { canRun, makePlace, type RunningDaemon, refocusd, SAMPLES, startDaemon, until } from "./support.js";

const DAY_MS = 86_400_000;

let running: RunningDaemon | undefined;
afterEach(() => {
  running?.process.kill("SIGKILL");
  running = undefined;
});

describe.skipIf(!canRun)("the day of the built daemon", { timeout: 240_000 }, () => {
  it("is written with its page at the next start, and on demand, while the daemon runs", async () => {
    const place = makePlace();
    running = await startDaemon(place);
    running.process.kill("SIGTERM");
    expect(await running.end).toBe(0);
    // Something happened yesterday, and its log was never written.
    const seen = Date.now() - DAY_MS;
    const yesterday = dayAt(seen, localTimeZone());
    const ledger = openLedger(join(place.state, "ledger.sqlite"), { clock: systemClock });
    ledger.seen(place.input, join(place.input, "yesterday.tif"), seen);
    ledger.setMeta(LAST_DAY, addDays(yesterday, -1));
    ledger.close();

    running = await startDaemon(place);
    const page = join(place.state, "log", `${yesterday}.html`);
    await until(() => existsSync(page), running.log);
    expect(readFileSync(page, "utf8")).toContain("1 frame from 0 positions.");

    const frames = [{ name: "demo_t04xy1c1.tif", bytes: readFileSync(join(SAMPLES, "demo_t04xy1c1.tif")) }];
    await simulate({ frames, target: place.input, intervalMs: 100, writeMs: 50, mode: "nis" });
    await until(() => existsSync(join(place.output, "demo_t04xy1c1.reconstructed.tif")), running.log);
    await until(() => running?.log().includes("is defocused") ?? false, running.log);

    const report = await refocusd("report", "-c", place.config, "--json");
    expect(report.code, report.err).toBe(0);
    const told = JSON.parse(report.out) as { page: string; totals: object };
    expect(told.totals).toMatchObject({ defocused: 1, reconstructed: 1 });
    expect(readFileSync(told.page, "utf8").match(/<img /g)).toHaveLength(4);

    const exported = await refocusd("export", "-c", place.config, "--format", "json", "--out", "-");
    expect(exported.code, exported.err).toBe(0);
    expect(JSON.parse(exported.out)).toMatchObject([
      { state: expect.stringMatching(/seen|gone/), verdict: null },
      { place: "demo xy1", time_index: 4, verdict: "defocused", reconstruction: expect.stringContaining("t04xy1") },
    ]);

    const wrong = await refocusd("report", "-c", place.config, "--day", "soon");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("RF_USAGE")]);
    const dictionary = await refocusd("export", "--dictionary");
    expect(dictionary.out).toMatch(/^column,type,unit,meaning\r\npath,/);
  });
});
