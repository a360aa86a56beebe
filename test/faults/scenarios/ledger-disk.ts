import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../round.js";
import { whyNoSmallDisk } from "../small-disk.js";
import { recorder } from "./recorder.js";

/**
 * The disk of the ledger and the logs is full for a while, again and again. The daemon may wait for room, or end with a code and be
 * started again, as systemd does it; what it may not do is lose a frame, or believe that something is written which is not.
 */
export function ledgerDiskFull(times: number, frames: number): Scenario {
  return {
    name: "the ledger's disk is full",
    workers: 2,
    disks: { state: 48 },
    obstacle: whyNoSmallDisk,
    async act({ place, daemon, random, fault, find }) {
      const { expected, put } = recorder("ledger disk full");
      const write = async (name: string) => {
        for (let n = 0; n < frames; n++) await put(join(place.source, `${name}_t${n}.tif`));
      };
      /** As systemd with Restart=always. */
      const keepAlive = async (forMs: number) => {
        const until = performance.now() + forMs;
        while (performance.now() < until) {
          if (!daemon.isRunning) {
            fault("the daemon ended for want of room, and was started again");
            if (!/RF_[A-Z_]+/.test(daemon.lastWords))
              find({ kind: "wrong state", path: place.folder, what: `ended without a code: ${daemon.lastWords}` });
            await sleep(500);
            await daemon.start();
          }
          await sleep(100);
        }
      };
      for (let k = 0; k < times; k++) {
        await write(`before ${k}`);
        await sleep(random.between(0, 1500));
        place.disks.state?.fill();
        fault("ledger disk full");
        await write(`while ${k}`);
        await keepAlive(random.between(3000, 9000));
        if (random.chance(0.5)) {
          await daemon.killSupervisor();
          fault("supervisor killed while its disk is full");
          await keepAlive(3000);
        }
        place.disks.state?.makeRoom();
        await write(`after ${k}`);
        await keepAlive(3000);
      }
      return expected;
    },
  };
}
