import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Expectation } from "../expectation.js";
import { sha256, smallTiff } from "../frames.js";

let numbers = 1;

/** A number of which no other frame of the run is made: no two have the same content. */
export function nextNumber(): number {
  return numbers++;
}

export interface Recorder {
  readonly expected: Expectation[];
  /**
   * Writes a frame at once.
   * @param later what is expected beside that it is judged once; a `path` where it will be found at the end
   */
  put(path: string, later?: Partial<Expectation>): Promise<void>;
}

/** Writes frames and keeps in mind what must become of them. */
export function recorder(kind: string): Recorder {
  const expected: Expectation[] = [];
  return {
    expected,
    async put(path, later) {
      const bytes = smallTiff(2 * nextNumber());
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
      expected.push({ path, kind, sha256: sha256(bytes), pages: 1, contents: 1, ...later });
    },
  };
}
