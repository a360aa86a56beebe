import { access } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { auditDays } from "../audit-days.js";
import { dayFile, readDays, readEvents } from "../days.js";
import type { Scenario, Stage } from "../round.js";
import { recorder } from "./recorder.js";

const ZONE = "Europe/Berlin";
/** A daemon at rest needs some per cent of a core, one that spins all of it. */
const SPINS = 0.8;

const OVER_MS = 10_000;
const MIDNIGHT = Date.parse("2026-10-25T00:00:00+02:00");
/** Where the clock is put, one after the other; the last is after all others, so that every day's log is due then. */
const MOVES = [
  ["the clock goes forward by hours, into the hour that comes twice", "2026-10-25T02:59:56+02:00"],
  ["the clock goes back by hours, into the day before", "2026-10-24T21:00:00+02:00"],
  ["the clock goes forward by months, into the hour that is left out", "2027-03-28T01:59:56+01:00"],
  ["the clock goes back by months", "2026-10-26T11:00:00+01:00"],
] as const;
const AFTERWARDS = "2027-03-29T00:30:00+02:00";

/** Midnight and both changes of daylight saving pass while frames come in, and the clock jumps by hours and by months, to and fro. */
export function clockJumps(frames: number): Scenario {
  return {
    name: "the clock jumps, midnight and daylight saving pass",
    workers: 2,
    clock: { start: "2026-10-24T23:59:30+02:00", zone: ZONE },
    settings: { dailyLog: { at: "00:00" } },
    async act(stage) {
      const { place, daemon, clock, random, fault, find } = stage;
      const { expected, put } = recorder("clock");
      /** Frames over some 10 s, so that the hour passes among them. */
      const write = async (name: string) => {
        for (let n = 0; n < frames; n++) {
          await put(join(place.source, `${name}_t${n}.tif`));
          await sleep(OVER_MS / frames);
        }
      };
      // A busy machine may need longer than until midnight to start; then there is nothing to ask for.
      const inTime = clock.now() < MIDNIGHT - 3000;
      for (let n = 0; n === 0 || clock.now() < MIDNIGHT + 3000; n++) {
        await put(join(place.source, `midnight_t${n}.tif`));
        await sleep(OVER_MS / frames);
      }
      if (inTime) fault("midnight passed among frames");
      // Written by the daemon that runs, not by the next start.
      if (inTime && !(await appears(dayFile(place.state, "2026-10-24"), 30_000)))
        find({ kind: "lost", path: place.state, what: "the log of the day before was not written after midnight" });

      for (const [k, [name, moment]] of MOVES.entries()) {
        const writing = write(`move ${k}`);
        await sleep(random.between(500, 3000));
        // A frame that failed just now waits for its next attempt, by the clock.
        daemon.killWorker((pids) => pids[0]);
        await sleep(300);
        clock.setTo(moment);
        fault(name);
        await writing;
        if (k === 1 || random.chance(0.3)) {
          await daemon.killSupervisor();
          await daemon.start();
        }
      }
      await sleep(5000);
      await restsQuietly(stage);
      clock.setTo(AFTERWARDS);
      if ((await daemon.stop()) !== 0) find({ kind: "wrong state", path: place.folder, what: "did not end in order" });
      await daemon.start();
      return expected;
    },
    check: ({ place, clock }) =>
      auditDays(readEvents(place.ledger), readDays(place.state), { zone: ZONE, nowMs: clock.now() }),
  };
}

async function restsQuietly({ daemon, place, find }: Stage): Promise<void> {
  const before = daemon.processorMs();
  await sleep(4000);
  const after = daemon.processorMs();
  if (before === undefined || after === undefined) return;
  const share = (after - before) / 4000;
  if (share > SPINS)
    find({ kind: "wrong state", path: place.folder, what: `it spins: ${Math.round(share * 100)} % of a core` });
}

async function appears(file: string, withinMs: number): Promise<boolean> {
  const giveUp = performance.now() + withinMs;
  while (performance.now() < giveUp) {
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) return true;
    await sleep(200);
  }
  return false;
}
