import { readdirSync, readFileSync } from "node:fs";

/** The most resident memory that a process and its children had, MiB. */
export interface Peak {
  supervisor: number;
  /** The largest of the workers. */
  worker: number;
}

const LOOK_MS = 100;

/** Watches a process (the supervisor) and its children (the workers) until told to stop. Linux only: it reads /proc. */
export function watchMemory(pid: number): { stop(): Peak } {
  const peak: Peak = { supervisor: 0, worker: 0 };
  const look = () => {
    peak.supervisor = Math.max(peak.supervisor, highWater(pid));
    for (const child of childrenOf(pid)) peak.worker = Math.max(peak.worker, highWater(child));
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

/** VmHWM: the kernel's own record of the peak, so nothing between two looks is missed. */
function highWater(pid: number): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found ? Number(found[1]) / 1024 : 0;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
