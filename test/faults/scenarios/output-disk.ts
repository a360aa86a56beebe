import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../round.js";
import { whyNoSmallDisk } from "../small-disk.js";
import { recorder } from "./recorder.js";

/** Longer than two looks of the disk guard, and than all attempts at a frame take together. */
const FULL_MS = { guarded: 22_000, unguarded: 10_000 };

/**
 * The disk of the outputs is full for a while. Nothing is wrong with the frames, so none may be set aside: they wait for room.
 *
 * @param guarded with the disk guard, which notices before the disk is full; without it, writing fails
 */
export function outputDiskFull(frames: number, guarded: boolean): Scenario {
  return {
    name: `the output disk is full, ${guarded ? "with" : "without"} the disk guard`,
    workers: 2,
    disks: { output: 64 },
    settings: { disk: { minFreeGigabytes: guarded ? 0.004 : 0 } },
    obstacle: whyNoSmallDisk,
    async act({ place, random, fault }) {
      const { expected, put } = recorder("output disk full");
      const write = async (name: string) => {
        for (let n = 0; n < frames; n++) await put(join(place.source, `${name}_t${n}.tif`));
      };
      await write("before");
      await sleep(random.between(200, 1500));
      place.disks.output?.fill();
      fault("output disk full");
      await write("while");
      await sleep(FULL_MS[guarded ? "guarded" : "unguarded"]);
      place.disks.output?.makeRoom();
      await write("after");
      return expected;
    },
  };
}

/** The disk of the outputs can only be read for a while, as a file system that found an error in itself. */
export function outputReadOnly(frames: number): Scenario {
  return {
    name: "the output folder is read-only",
    workers: 2,
    disks: { output: 64 },
    settings: { disk: { minFreeGigabytes: 0 } },
    obstacle: whyNoSmallDisk,
    async act({ place, daemon, random, fault, find }) {
      const { expected, put } = recorder("output read-only");
      const write = async (name: string) => {
        for (let n = 0; n < frames; n++) await put(join(place.source, `${name}_t${n}.tif`));
      };
      const remount = async (readOnly: boolean) => {
        // Refused as long as a file there is open for writing, which is a matter of milliseconds.
        for (let tries = 0; ; tries++) {
          try {
            return place.disks.output?.readOnly(readOnly);
          } catch (error) {
            if (tries === 200) throw error;
            await sleep(random.between(1, 20));
          }
        }
      };
      await write("before");
      await sleep(random.between(200, 1500));
      await remount(true);
      fault("output folder read-only");
      await write("while");
      await sleep(6000);
      await remount(false);
      await write("after");
      // What RF_OUTPUT_UNWRITABLE tells the operator to do.
      const { code, text } = await daemon.command("requeue", "--failed");
      if (code !== 0) find({ kind: "wrong state", path: place.folder, what: `requeue --failed: ${code} ${text}` });
      return expected;
    },
  };
}
