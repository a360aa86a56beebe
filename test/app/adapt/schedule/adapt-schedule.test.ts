import { describe, expect, test } from "vitest";
import { AdaptSchedule, type AdaptScheduleDeps, cronTimes } from "../../../../src/app/adapt/schedule/adapt-schedule.js";
import type { AdaptOutcome } from "../../../../src/app/adapt/schedule/outcome.js";
import type { Ledger } from "../../../../src/ledger/ledger.js";
import { silentLog } from "../../../../src/log/log.js";
import { handClock, openTestLedger, sha } from "../../../ledger/support.js";

const HOUR = 3_600_000;
const MORNING = Date.UTC(2026, 10, 23, 9);
const model = { name: "sdcnn-lab", version: "1", sha256: sha("1") };
const installed: AdaptOutcome = { kind: "installed", model, parent: model, basis: "b1", words: "6 frames" };

/** Each full hour is a time of the schedule. */
function setUp(ledger: Ledger = openTestLedger(), clock = handClock(MORNING + 10)) {
  const asked: (string | null)[] = [];
  const outcomes: AdaptOutcome[] = [];
  const taken: string[] = [];
  const make = (schedule = "0 * * * *", run?: AdaptScheduleDeps["run"]) =>
    new AdaptSchedule(schedule, {
      ...{ ledger, clock, log: silentLog },
      nextRun: () => (Math.floor(clock.time / HOUR) + 1) * HOUR,
      run:
        run ??
        (async (basis) => {
          asked.push(basis);
          return outcomes.shift() ?? { kind: "nothing-new" };
        }),
      onInstalled: (outcome) => void taken.push(outcome.model.name),
    });
  const events = () =>
    ledger
      .select<{ detail: string }>("SELECT detail_json AS detail FROM events WHERE kind = 'adaptation' ORDER BY id")
      .map(({ detail }) => JSON.parse(detail) as { kind: string });
  return { make, clock, ledger, asked, outcomes, taken, events };
}

describe("the schedule of adapting", () => {
  test("runs at its times, tells what came of it, and remembers what that was based on", async () => {
    const { make, clock, asked, outcomes, taken, events } = setUp();
    const schedule = make();
    outcomes.push(installed, { kind: "too-few", detail: "3 frames" });
    await schedule.tick();
    expect(schedule.status()).toEqual({
      ...{ schedule: "0 * * * *", nextMs: MORNING + HOUR, runningSinceMs: null, last: null },
    });
    clock.time = MORNING + HOUR;
    await schedule.tick();
    await schedule.tick();
    clock.time = MORNING + 2 * HOUR + 30_000;
    await schedule.tick();
    expect(asked).toEqual([null, "b1"]);
    expect(taken).toEqual(["sdcnn-lab"]);
    expect(events()).toMatchObject([
      { kind: "installed", model },
      { kind: "too-few", detail: "3 frames" },
    ]);
    expect(schedule.status()).toMatchObject({
      nextMs: MORNING + 3 * HOUR,
      last: { atMs: clock.time, outcome: { kind: "too-few" } },
    });
  });

  test("makes up, once, for times at which refocusd was not running", async () => {
    const { make, clock, ledger, asked } = setUp();
    await make().tick();
    expect(asked).toEqual([]);
    clock.time = MORNING + 5 * HOUR + 1;
    const next = setUp(ledger, clock);
    const schedule = next.make();
    await schedule.tick();
    await schedule.tick();
    expect(next.asked).toEqual([null]);
    expect(schedule.status().nextMs).toBe(MORNING + 6 * HOUR);
  });

  test("begins anew when it is another one, and does not wait for times reckoned while the clock was ahead", async () => {
    const { make, clock, asked } = setUp();
    clock.time = MORNING + 1000 * HOUR + 1;
    await make().tick();
    clock.time = MORNING + HOUR / 2;
    const schedule = make();
    expect(schedule.status().nextMs).toBe(MORNING + HOUR);
    await schedule.tick();
    clock.time = MORNING + HOUR + 1;
    await make("5 * * * *").tick();
    expect(asked).toEqual([]);
    await schedule.tick();
    expect(asked).toEqual([]);
  });

  test("makes up for a run that was interrupted by a stop, but not for one that took everything down with it", async () => {
    const { make, clock, ledger, asked, events } = setUp();
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const untilStopped: AdaptScheduleDeps["run"] = (_basis, signal) => {
      begun();
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ kind: "interrupted" })));
    };
    await make().tick();
    clock.time = MORNING + HOUR;
    const schedule = make("0 * * * *", untilStopped);
    schedule.start();
    await hasBegun;
    expect(schedule.status()).toMatchObject({ runningSinceMs: clock.time, nextMs: MORNING + 2 * HOUR });
    // Killed now, the next start would find it like this.
    const killed = JSON.parse(ledger.getMeta("adapt.schedule")!) as { dueMs: number };
    expect(killed.dueMs).toBe(MORNING + 2 * HOUR);
    await schedule.stop();
    expect(events()).toMatchObject([{ kind: "interrupted" }]);
    await make().tick();
    expect(asked).toEqual([null]);
  });
});

test("node-cron tells the times", () => {
  const times = cronTimes("30 3 * * *");
  const next = new Date(times.next());
  times.end();
  expect([next.getHours(), next.getMinutes(), next.getSeconds()]).toEqual([3, 30, 0]);
  expect(next.getTime()).toBeGreaterThan(Date.now());
  expect(next.getTime()).toBeLessThan(Date.now() + 25 * HOUR);
});
