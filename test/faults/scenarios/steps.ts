import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "../round.js";
import { recorder } from "./recorder.js";

/** Dies once at the n-th step of its way with a frame, leaving a mark; then lives. */
export function dieAt(where: "worker" | "supervisor", step: number, mark: string): Scenario {
  return {
    name: `kill at a step of the ${where}`,
    workers: 1,
    diesOnce: true,
    environment: {
      REFOCUSD_DIE_AT: String(step),
      REFOCUSD_DIE_IN: where,
      REFOCUSD_DIE_ONCE: mark,
    },
    async act({ place, daemon }) {
      const { expected, put } = recorder("step");
      if (!daemon.isRunning) await daemon.start();
      await put(join(place.source, "one_t1.tif"));
      return expected;
    },
    check({ daemon, fault }) {
      if (existsSync(mark)) {
        daemon.kills++;
        fault(`${where} killed at a step of its own`);
      }
      return [];
    },
  };
}
