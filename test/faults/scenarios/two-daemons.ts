import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../round.js";
import { recorder } from "./recorder.js";

/** A second daemon on the same state folder, while frames are written: it refuses, and the first does not notice. */
export function twoDaemons(times: number): Scenario {
  return {
    name: "two daemons on one state folder",
    workers: 2,
    async act({ place, daemon, random, fault, find }) {
      const { expected, put } = recorder("two daemons");
      const stop = new AbortController();
      const microscope = async () => {
        for (let n = 0; !stop.signal.aborted; n++) {
          await put(join(place.source, `two_t${n}.tif`));
          await sleep(20);
        }
      };
      const written = microscope();
      for (let k = 0; k < times; k++) {
        await sleep(random.between(0, 1000));
        const { code, text } = await daemon.command("run");
        fault("second daemon started");
        const what = `the second one ended with ${code}: ${text.slice(-500)}`;
        if (code !== 3 || !text.includes("RF_ALREADY_RUNNING")) find({ kind: "wrong state", path: place.folder, what });
        if (!daemon.isRunning) {
          find({ kind: "wrong state", path: place.folder, what: "the first one ended as the second was started" });
          break;
        }
      }
      stop.abort();
      await written;
      return expected;
    },
  };
}
