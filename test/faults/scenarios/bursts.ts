import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../round.js";
import { killOne } from "./kills.js";
import { recorder } from "./recorder.js";

/**
 * Thousands of files at once, and folders whose files are there before anybody can watch them.
 *
 * @param kills while the backlog is worked off
 */
export function bursts(files: number, folders: number, kills = 0): Scenario {
  return {
    name: kills > 0 ? "kills while a burst is worked off" : "bursts",
    workers: 2,
    // Looking at 20,000 known files every two seconds would be most of what the daemon does.
    settings: { scan: { intervalSeconds: 0.5, sweepSeconds: 15 } },
    async act(stage) {
      const { place, random, fault } = stage;
      const { expected, put } = recorder("burst");
      for (let k = 0; k < files; k++) await put(join(place.source, `burst_t${String(k).padStart(5, "0")}.tif`));
      fault("files in a burst", files);
      for (let k = 0; k < folders; k++) {
        const folder = join(place.source, `new ${k}`, "nested", "deep");
        await put(join(folder, "a_t1.tif"));
        await put(join(folder, "a_t2.tif"));
      }
      fault("folders filled at once", folders);
      for (let k = 0; k < kills; k++) {
        await sleep(random.between(500, 6000));
        await killOne(stage);
      }
      return expected;
    },
  };
}
