import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.js";
import { type Log, type LogFields, silentLog } from "../../src/log/log.js";
import { OverdueWatch, overdueText } from "../../src/series/overdue-watch.js";
import { frameResult, openTestLedger, settledSource } from "../ledger/support.js";
import { FakeClock } from "../watch/support/fake-clock.js";

const ROOT = "/in";
const MINUTE = 60_000;

function setUp() {
  const clock = new FakeClock();
  const ledger = openTestLedger({ clock });
  const lines: { message: string; fields: LogFields | undefined }[] = [];
  const keep = (message: string, fields?: LogFields) => void lines.push({ message, fields });
  const log: Log = { ...silentLog, warn: keep, info: keep };
  const watch = () => new OverdueWatch({ factor: 2, intervalMs: null, roots: [ROOT] }, { ledger, clock, log });
  const events = () =>
    ledger
      .select<{ kind: string; detail: string }>(
        "SELECT kind, detail_json AS detail FROM events WHERE kind LIKE 'series-%' ORDER BY id",
      )
      .map(({ kind, detail }) => [kind, (JSON.parse(detail) as { lastTime: number }).lastTime]);
  return { clock, ledger, lines, watch, events };
}

/** A frame that is taken, seen and judged now. */
function come(ledger: Ledger, clock: FakeClock, time: number, position = "01"): void {
  const path = `${ROOT}/run_t${time}xy${position}.tif`;
  ledger.seen(ROOT, path, clock.now());
  const source = settledSource(path, { sha256: Buffer.from(path).toString("hex").padEnd(64, "0").slice(0, 64) });
  ledger.settled(ROOT, source, { seriesKey: `|run||${position}||`, position, time });
  const [job] = ledger.takeReady(clock.now(), 1);
  ledger.finished(
    job!.id,
    frameResult({ facts: { ...frameResult().facts, acquiredMs: time * 10 * MINUTE } }),
    clock.now(),
  );
}

/** Time points one to four, ten minutes apart. */
async function begin(ledger: Ledger, clock: FakeClock, positions = ["01"]): Promise<void> {
  for (const time of [1, 2, 3, 4]) {
    await clock.advance(10 * MINUTE);
    for (const position of positions) come(ledger, clock, time, position);
  }
}

describe("OverdueWatch", () => {
  it("tells once that a time point does not come, and once that it has come", async () => {
    const { clock, ledger, lines, watch, events } = setUp();
    const one = watch();
    await begin(ledger, clock);
    one.look();
    await clock.advance(20 * MINUTE);
    one.look();
    expect([one.overdue, events()]).toEqual([[], []]);
    await clock.advance(1000);
    for (let k = 0; k < 3; k++) one.look();
    expect(one.overdue).toEqual([
      { series: "in/run+xy01", lastTime: 4, lastSeenMs: clock.now() - 20 * MINUTE - 1000, intervalMs: 10 * MINUTE },
    ]);
    expect(events()).toEqual([["series-overdue", 4]]);
    expect(lines).toEqual([
      { message: "time points do not come", fields: { error: expect.objectContaining({ code: "RF_SERIES_OVERDUE" }) } },
    ]);
    // Also over a restart.
    const second = watch();
    second.look();
    expect([second.overdue.length, events().length, lines.length]).toEqual([1, 1, 1]);

    come(ledger, clock, 5);
    for (let k = 0; k < 2; k++) second.look();
    expect(second.overdue).toEqual([]);
    expect(events()).toEqual([
      ["series-overdue", 4],
      ["series-resumed", 5],
    ]);
    await clock.advance(60 * MINUTE);
    second.look();
    expect(events().at(-1)).toEqual(["series-overdue", 5]);
  });

  it("tells that a series goes on even where it comes too fast to expect anything", async () => {
    const { clock, ledger, watch, events } = setUp();
    const one = watch();
    await begin(ledger, clock);
    await clock.advance(30 * MINUTE);
    one.look();
    for (let time = 5; time < 18; time++) come(ledger, clock, time);
    one.look();
    expect(events()).toEqual([
      ["series-overdue", 4],
      ["series-resumed", 17],
    ]);
    await clock.advance(60 * MINUTE);
    one.look();
    expect(one.overdue).toEqual([]);
  });

  it("tells all positions of a microscope that stopped in one line", async () => {
    const { clock, ledger, lines, watch, events } = setUp();
    const positions = ["1", "2", "3", "4", "5", "6", "7"];
    await begin(ledger, clock, positions);
    await clock.advance(30 * MINUTE);
    const one = watch();
    one.look();
    expect(events()).toHaveLength(7);
    expect(lines).toHaveLength(1);
    expect(overdueText(one.overdue)).toMatch(/^in\/run\+xy1 after t4, every 600 s; .*; and 2 more$/);
  });

  it("lets go of a series that was silent for a day, and tells none that was when it starts", async () => {
    const { clock, ledger, watch, events } = setUp();
    const one = watch();
    await begin(ledger, clock);
    await clock.advance(30 * MINUTE);
    one.look();
    await clock.advance(25 * 60 * MINUTE);
    one.look();
    expect([one.overdue, events().length]).toEqual([[], 1]);

    const old = setUp();
    await begin(old.ledger, old.clock);
    await old.clock.advance(25 * 60 * MINUTE);
    const late = old.watch();
    late.look();
    expect([late.overdue, old.events()]).toEqual([[], []]);
  });

  it("looks by itself, until it is stopped", async () => {
    const { clock, ledger, watch } = setUp();
    await begin(ledger, clock);
    const one = watch();
    one.start();
    await clock.advance(30 * MINUTE);
    expect(one.overdue).toHaveLength(1);
    await one.stop();
    expect(clock.sleepers).toBe(0);
  });
});
