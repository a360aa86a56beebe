import { mapThumbnails } from "../../frames/picture/map-thumbnails.js";
import { createSourceReader } from "../../pipeline/worker/read-source.js";
import type { DayReconstruction, MapToShow } from "./day-reconstructions.js";

/** Small pictures of the maps of a reconstruction; left out where there is no map, or none that can be shown. */
export interface Maps {
  /** P(defocused) per tile. */
  readonly focus?: Buffer;
  /** Where the reconstruction comes out otherwise when the frame is turned round. */
  readonly disagreement?: Buffer;
  /** Where the reconstruction does not explain its source. */
  readonly unexplained?: Buffer;
}

export type ReadMaps = (reconstruction: DayReconstruction) => Promise<Maps>;

/** Of each picture, px. */
const SIDE = 240;

/** Makes small pictures of maps, of those only that are, by their hash, what the ledger knows. Decodes: not for the supervisor's process. */
export function createMapReader(): ReadMaps {
  const readFile = createSourceReader();

  async function pictures({ path, sha256 }: MapToShow, count: number, frame: DayReconstruction): Promise<Buffer[]> {
    try {
      return (await mapThumbnails(await readFile(path, sha256, 1), count, frame, SIDE)) ?? [];
    } catch {
      // A map is for looking at; `verify` tells which are gone.
      return [];
    }
  }

  return async (one) => {
    const maps: { -readonly [K in keyof Maps]: Maps[K] } = {};
    for (const map of one.maps) {
      if (map.kind === "focus-map") {
        const [focus] = await pictures(map, 1, one);
        if (focus) maps.focus = focus;
      } else {
        const [disagreement, unexplained] = await pictures(map, 2, one);
        if (disagreement && unexplained) Object.assign(maps, { disagreement, unexplained });
      }
    }
    return maps;
  };
}
