import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../round.js";
import { recorder } from "./recorder.js";

/** "nobody" on every Linux. */
const NOBODY = 65_534;
/** Longer than settle.staleSeconds: what cannot be read for so long is set aside. */
const LONG_MS = 28_000;

/** The right to read is taken away from files and folders, and given back. */
export function permissions(frames: number): Scenario {
  return {
    name: "permission taken away and given back",
    workers: 2,
    user: NOBODY,
    obstacle: () =>
      process.getuid?.() === 0 ? undefined : "only root can give the daemon a user other than the owner of the files",
    async act({ place, random, fault }) {
      const { expected, put } = recorder("permission");
      const inside = join(place.source, "well 1");
      const closed = join(place.source, "closed from the start");
      await mkdir(inside);
      await mkdir(closed, { mode: 0o700 });
      const write = async (folder: string, name: string) => {
        const paths = Array.from({ length: frames }, (_, n) => join(folder, `${name}_t${n}.tif`));
        // One that could not be read for long has a row that says so; its content has another.
        for (const path of paths) await put(path, { contents: 2 });
        return paths;
      };
      const own = async (paths: readonly string[], mode: number) => {
        for (const path of paths) await chmod(path, mode);
      };

      // Files: some before they settle, some while they wait for a worker, some after their verdict.
      const files: string[] = [];
      for (const name of ["early", "late"]) {
        const some = await write(place.source, name);
        await sleep(name === "early" ? 0 : random.between(300, 1500));
        await own(some, 0o000);
        fault("file made unreadable", some.length);
        files.push(...some);
      }
      await sleep(4000);
      await own(files.slice(0, frames), 0o644);
      // Folders: the watched one, one in it with frames at work, and one that could never be read.
      await write(inside, "at work");
      await write(closed, "unseen");
      await sleep(random.between(200, 1000));
      await chmod(inside, 0o000);
      fault("folder made unreadable", 2);
      await write(inside, "meanwhile");
      await sleep(LONG_MS);
      await chmod(place.source, 0o000);
      fault("watched folder made unreadable");
      await write(place.source, "unseen too");
      await sleep(random.between(1500, 4000));
      await chmod(place.source, 0o755);
      await chmod(inside, 0o755);
      await chmod(closed, 0o755);
      await own(files, 0o644);
      await write(inside, "after");
      return expected;
    },
  };
}
