import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../../src/train/random.js";
import type { Expectation } from "../expectation.js";
import { folderOf, type Scenario, type Stage } from "../round.js";
import { nextNumber } from "./recorder.js";
import { WRITERS } from "./writers.js";

/** Microscopes that write in every way at the same time, while supervisor and workers are killed at random moments. */
export function killsAtRandom(frames: number, kills: number): Scenario {
  return {
    name: "kills at random, all writers",
    workers: 2,
    // Focus maps as well: each is one more file to be lost, doubled or left over.
    settings: { output: { focusMap: "all" } },
    async act(stage) {
      const { random } = stage;
      let writing = true;
      const written = writeAll(stage, frames).finally(() => {
        writing = false;
      });
      let done = 0;
      // Kills go on after the last byte, while the daemon works off what is left.
      while (done < kills) {
        await sleep(random.between(300, 2500));
        done += await killOne(stage);
        if (!writing && done >= kills) break;
      }
      return written;
    },
  };
}

/** The supervisor, which is then started again, or a worker. @returns how many kills it came to */
export async function killOne({ daemon, random, fault }: Stage): Promise<number> {
  if (random.chance(0.5)) {
    if (!daemon.killWorker((pids) => (pids.length > 0 ? random.pick(pids) : undefined))) return 0;
    fault("worker killed");
    return 1;
  }
  await daemon.killSupervisor();
  fault("supervisor killed");
  const start = daemon.start();
  // Sometimes again before it has got up.
  const again = random.chance(0.2);
  if (again) {
    await sleep(random.between(50, 800));
    await daemon.killSupervisor();
    fault("supervisor killed while it started");
  }
  await start;
  if (again) await daemon.start();
  return again ? 2 : 1;
}

/** Some microscopes at once, each frame in one of the ways of WRITERS. */
async function writeAll(stage: Stage, frames: number): Promise<Expectation[]> {
  const { place, random, fault } = stage;
  const kinds = Object.keys(WRITERS);
  const expected: Expectation[] = [];
  let left = frames;
  const microscope = async (own: Random) => {
    while (left-- > 0) {
      const number = nextNumber();
      // Each way in turn, so that all of them come in every round.
      const kind = kinds[number % kinds.length]!;
      const folder = folderOf(place, own);
      await mkdir(folder, { recursive: true });
      const some = await WRITERS[kind]!({ folder, number, random: own });
      fault(kind);
      expected.push(...some.map((one) => ({ ...one, kind })));
      await sleep(own.between(0, 60));
    }
  };
  await Promise.all(Array.from({ length: 24 }, () => microscope(random.fork())));
  return expected;
}
