import { pagePlaces } from "../../frames/nd2/places.js";
import { readNd2Structure } from "../../frames/nd2/structure.js";
import type { RandomAccess } from "../../system/file-system.js";
import type { ContainerCheck } from "./container-check.js";

/**
 * An ND2 is whole once NIS-Elements has written the chunk map, which it does last. It then holds a page for each channel of each
 * frame, whose places follow from the loops of the experiment.
 */
export async function checkNd2(file: RandomAccess): Promise<ContainerCheck> {
  const reading = await readNd2Structure(file);
  switch (reading.kind) {
    case "ok": {
      const { map, loops, channels, pages } = reading.value;
      return { kind: "complete", type: "nd2", pages, places: pagePlaces(map.sequences, loops, channels) };
    }
    case "incomplete":
      return { ...reading, recording: true };
    case "damaged":
    case "unsupported":
      return reading;
  }
}
