import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../round.js";
import { recorder } from "./recorder.js";

/** The watched folder goes away (a share that is unmounted) and comes back with more in it. */
export function folderVanishes(times: number): Scenario {
  return {
    name: "the watched folder vanishes and returns",
    workers: 1,
    async act({ place, random, fault }) {
      const { expected, put: write } = recorder("vanish");
      const away = `${place.source} away`;
      for (let k = 0; k < times; k++) {
        // A file that went while it waited, and came back, is taken for new each time.
        const put = (folder: string, name: string) =>
          write(join(folder, name), { path: join(place.source, name), contents: times + 1 });
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
