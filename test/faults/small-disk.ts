import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const mounted = new Set<string>();
process.on("exit", () => {
  for (const folder of mounted) mount("umount", "-l", folder);
});

/** A disk of some megabytes (tmpfs), mounted over a folder, that can be filled and be made read-only. */
export class SmallDisk {
  readonly folder: string;

  constructor(folder: string, megabytes: number) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    mount("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=0755`, "refocusd-faults", folder);
    mounted.add(folder);
  }

  /** To the last byte, as another program does that writes to the same disk. */
  fill(): void {
    const block = Buffer.alloc(1 << 20, 1);
    for (const size of [block.length, 4096]) {
      try {
        for (;;) writeFileSync(this.#filler, block.subarray(0, size), { flag: "a" });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  }

  makeRoom(): void {
    rmSync(this.#filler, { force: true });
  }

  readOnly(yes: boolean): void {
    mount("mount", "-o", `remount,${yes ? "ro" : "rw"}`, this.folder);
  }

  remove(): void {
    // Lazily: whoever still has a file open there does not keep the harness from going on.
    mount("umount", "-l", this.folder);
    mounted.delete(this.folder);
  }

  /** Its name has no ending of a frame, and the audit does not look at it: it is gone by then. */
  get #filler(): string {
    return join(this.folder, "filler of another program");
  }
}

/** @returns why this machine does not let us mount a small disk, if so. */
export function whyNoSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "refocusd-mount-"));
  try {
    new SmallDisk(folder, 1).remove();
    return undefined;
  } catch (error) {
    return `a tmpfs cannot be mounted here: ${(error as Error).message.trim().split("\n").at(-1)}`;
  } finally {
    rmdirSync(folder);
  }
}

function mount(command: string, ...words: string[]): void {
  execFileSync(command, words, { stdio: ["ignore", "ignore", "pipe"] });
}
