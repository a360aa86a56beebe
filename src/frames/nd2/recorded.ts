import { readChunk } from "./chunk.js";
import { Nd2Stop } from "./problem.js";
import type { Nd2File } from "./structure.js";

/** What was recorded with each frame, by sequence index. An entry, or a whole list, that is not in the file is `undefined`. */
export interface Recorded {
  /** Milliseconds, on the clock that started with the acquisition. */
  readonly timesMs: readonly number[] | undefined;
  /** Stage position in micrometres. */
  readonly x: readonly number[] | undefined;
  readonly y: readonly number[] | undefined;
  readonly z: readonly number[] | undefined;
}

/** Reads the chunks `CustomData|AcqTimesCache!`, `…X!`, `…Y!` and `…Z!`: one f64 for each frame. */
export async function readRecorded(nd2: Nd2File): Promise<Recorded> {
  return {
    timesMs: await list(nd2, "CustomData|AcqTimesCache!"),
    x: await list(nd2, "CustomData|X!"),
    y: await list(nd2, "CustomData|Y!"),
    z: await list(nd2, "CustomData|Z!"),
  };
}

async function list({ file, map }: Nd2File, name: string): Promise<number[] | undefined> {
  const at = map.chunks.get(name);
  if (at === undefined) return undefined;
  try {
    const { data } = await readChunk(file, at, name, map.sequences * 8 + 65_536, "a list of recorded numbers");
    const count = Math.min(map.sequences, Math.floor(data.length / 8));
    return Array.from({ length: count }, (_, i) => data.readDoubleLE(i * 8));
  } catch (error) {
    // These numbers only accompany the pixels, which do not depend on them.
    if (error instanceof Nd2Stop) return undefined;
    throw error;
  }
}
