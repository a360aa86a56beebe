import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../src/train/random.js";
import type { Expectation } from "./expectation.js";
import { sha256, smallTiff } from "./frames.js";
import { folderOf, type Scenario, type Stage } from "./round.js";
import { WRITERS } from "./writers.js";

/** Numbers of frames, so that no two in a run have the same content. */
let next = 1;

/** Microscopes that write in every way at the same time, while supervisor and workers are killed at random moments. */
export function killsAtRandom(frames: number, kills: number): Scenario {
  return {
    name: "kills at random, all writers",
    workers: 2,
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
        if (random.chance(0.5)) {
          if (!stage.daemon.killWorker((pids) => (pids.length > 0 ? random.pick(pids) : undefined))) continue;
          stage.fault("worker killed");
        } else {
          await stage.daemon.killSupervisor();
          stage.fault("supervisor killed");
          // Sometimes again before it has got up.
          const start = stage.daemon.start();
          if (random.chance(0.2)) {
            await sleep(random.between(50, 800));
            await stage.daemon.killSupervisor();
            stage.fault("supervisor killed while it started");
            done++;
            await start;
            await stage.daemon.start();
          } else {
            await start;
          }
        }
        done++;
        if (!writing && done >= kills) break;
      }
      return written;
    },
  };
}

/** Some microscopes at once, each frame in one of the ways of WRITERS. */
async function writeAll(stage: Stage, frames: number): Promise<Expectation[]> {
  const { place, random, fault } = stage;
  const kinds = Object.keys(WRITERS);
  const expected: Expectation[] = [];
  let left = frames;
  const microscope = async (own: Random) => {
    while (left-- > 0) {
      const number = next++;
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

/** Thousands of files at once, and folders whose files are there before anybody can watch them. */
export function bursts(files: number, folders: number): Scenario {
  return {
    name: "bursts",
    workers: 2,
    async act({ place, fault }) {
      const expected: Expectation[] = [];
      const put = async (path: string) => {
        const bytes = smallTiff(2 * next++);
        await writeFile(path, bytes);
        expected.push({ path, kind: "burst", sha256: sha256(bytes), pages: 1, contents: 1 });
      };
      for (let k = 0; k < files; k++) await put(join(place.source, `burst_t${String(k).padStart(5, "0")}.tif`));
      fault("files in a burst", files);
      for (let k = 0; k < folders; k++) {
        const folder = join(place.source, `new ${k}`, "nested", "deep");
        await mkdir(folder, { recursive: true });
        await put(join(folder, "a_t1.tif"));
        await put(join(folder, "a_t2.tif"));
      }
      fault("folders filled at once", folders);
      return expected;
    },
  };
}

/** The watched folder goes away (a share that is unmounted) and comes back with more in it. */
export function folderVanishes(times: number): Scenario {
  return {
    name: "the watched folder vanishes and returns",
    workers: 1,
    async act({ place, random, fault }) {
      const expected: Expectation[] = [];
      const away = `${place.source} away`;
      for (let k = 0; k < times; k++) {
        const put = async (folder: string, name: string) => {
          const bytes = smallTiff(2 * next++);
          await writeFile(join(folder, name), bytes);
          expected.push({
            path: join(place.source, name),
            kind: "vanish",
            sha256: sha256(bytes),
            pages: 1,
            // A file that went while it waited, and came back, is taken for new each time.
            contents: times + 1,
          });
        };
        for (let n = 0; n < 10; n++) await put(place.source, `before_t${k}${n}.tif`);
        await sleep(random.between(0, 1500));
        await rename(place.source, away);
        for (let n = 0; n < 10; n++) await put(away, `meanwhile_t${k}${n}.tif`);
        await sleep(random.between(200, 4000));
        // Sometimes an empty mount point is there meanwhile.
        if (random.chance(0.5)) {
          await mkdir(place.source);
          await sleep(1500);
          await rm(place.source, { recursive: true });
        }
        await rename(away, place.source);
        fault("folder vanished");
        for (let n = 0; n < 10; n++) await put(place.source, `after_t${k}${n}.tif`);
      }
      return expected;
    },
  };
}

/** Frames that crash, block or starve the worker that reads them, between good ones. */
export const poison: Scenario = {
  name: "poison frames",
  workers: 2,
  nodeOptions: "--max-old-space-size=400",
  async act({ place, fault }) {
    const expected: Expectation[] = [];
    const codes = {
      "poison-abort": "RF_WORKER_DIED",
      "poison-hang": "RF_WORKER_TIMEOUT",
      "poison-memory": "RF_WORKER_DIED",
    } as const;
    const put = async (name: string, errorCode?: string) => {
      const bytes = smallTiff(2 * next++);
      const path = join(place.source, name);
      await writeFile(path, bytes);
      const one = { path, kind: "poison", sha256: sha256(bytes), pages: 1, contents: 1 };
      expected.push(errorCode === undefined ? one : { ...one, errorCode });
    };
    for (const [name, code] of Object.entries(codes)) {
      for (let k = 0; k < 10; k++) await put(`good ${name} ${k}.tif`);
      await put(`${name}.tif`, code);
      fault(name);
    }
    return expected;
  },
};

/** Dies once at the n-th step of its way with a frame; then lives. */
export function dieAt(where: "worker" | "supervisor", step: number, folder: string): Scenario {
  return {
    name: `kill at a step of the ${where}`,
    workers: 1,
    environment: {
      REFOCUSD_DIE_AT: String(step),
      REFOCUSD_DIE_IN: where,
      REFOCUSD_DIE_ONCE: join(folder, `${where}-${step}`),
    },
    async act({ place, daemon, fault }) {
      const bytes = smallTiff(2 * next++);
      const path = join(place.source, "one_t1.tif");
      if (!daemon.isRunning) await daemon.start();
      await writeFile(path, bytes);
      await sleep(2500);
      if (!daemon.isRunning) await daemon.start();
      fault(`${where}: every step`);
      return [{ path, kind: "step", sha256: sha256(bytes), pages: 1, contents: 1 }];
    },
  };
}
