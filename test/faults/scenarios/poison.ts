import { join } from "node:path";
import type { Scenario } from "../round.js";
import { recorder } from "./recorder.js";

/** Frames that crash, block or starve the worker that reads them, between good ones. */
export const poison: Scenario = {
  name: "poison frames",
  workers: 2,
  nodeOptions: "--max-old-space-size=400",
  async act({ place, fault }) {
    const { expected, put } = recorder("poison");
    const codes = {
      "poison-abort": ["RF_WORKER_DIED"],
      "poison-hang": ["RF_WORKER_TIMEOUT"],
      // Dying of it takes a busy machine longer than the frame's time limit.
      "poison-memory": ["RF_WORKER_DIED", "RF_WORKER_TIMEOUT"],
    };
    for (const [name, errorCodes] of Object.entries(codes)) {
      for (let k = 0; k < 10; k++) await put(join(place.source, `good ${name} ${k}.tif`));
      await put(join(place.source, `${name}.tif`), { errorCodes });
      fault(name);
    }
    return expected;
  },
};
