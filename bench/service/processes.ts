import { readdirSync, readFileSync } from "node:fs";

/** Resident memory of a daemon at one moment, MiB. */
export interface Resident {
  readonly supervisor: number;
  /** All workers together. */
  readonly workers: number;
}

/** Of a process and its children. Linux only: it reads /proc. What has ended counts as 0. */
export function residentOf(pid: number): Resident {
  return { supervisor: residentMiB(pid), workers: childrenOf(pid).reduce((sum, child) => sum + residentMiB(child), 0) };
}

function residentMiB(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`));
  return found ? Number(found[1]) / 1024 : 0;
}

/** Processor time that a process and its children have used since they began, seconds. */
export function processorSeconds(pid: number): { readonly supervisor: number; readonly workers: number } {
  return { supervisor: cpuOf(pid), workers: childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), 0) };
}

/** USER_HZ, which Linux has fixed for what it tells programs. */
const TICKS_PER_SECOND = 100;

function cpuOf(pid: number): number {
  // The name, in parentheses, may hold blanks: fields are counted from behind it. utime and stime are the 14th and 15th of all.
  const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      read(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
