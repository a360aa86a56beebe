import { mkdir, open, rename } from "node:fs/promises";
import path from "node:path";
import { type Clock, systemClock } from "../system/clock.js";
import { planWrites, type WriteMode } from "./write-plan.js";

export interface SimulatedFrame {
  /** File name; may lie in subfolders ("run1/t001xy1c1.tif"). */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What is to be said about it when it is written. */
  readonly note?: string;
}

export interface WrittenFrame {
  readonly name: string;
  /** Absolute or relative like `target`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When its last byte was written and it had its final name, ms since 1970. */
  readonly writtenAtMs: number;
  readonly note?: string;
}

export interface Simulation {
  readonly frames: AsyncIterable<SimulatedFrame> | Iterable<SimulatedFrame>;
  /** Folder; made if it is not there. */
  readonly target: string;
  /** From the beginning of one frame to the beginning of the next; `burst` does not wait. */
  readonly intervalMs: number;
  /** How long one frame is being written; `burst` writes at once. */
  readonly writeMs: number;
  readonly mode: WriteMode;
  /** Ends after the frame that is being written, which is then finished without pauses. */
  readonly signal?: AbortSignal;
  readonly onWritten?: (frame: WrittenFrame) => void;
  readonly clock?: Clock;
}

/** Writes frames as a microscope would. The files end up byte for byte as given. @returns how many were written. */
export async function simulate(simulation: Simulation): Promise<number> {
  const { frames, target, intervalMs, mode, signal, onWritten, clock = systemClock } = simulation;
  let written = 0;
  let nextMs = clock.monotonic();
  for await (const frame of frames) {
    const waitMs = nextMs - clock.monotonic();
    if (mode !== "burst" && waitMs > 0) await clock.sleep(waitMs, signal);
    if (signal?.aborted) break;
    nextMs = Math.max(nextMs, clock.monotonic()) + intervalMs;
    const file = path.join(target, frame.name);
    await writeFrame(file, frame.bytes, simulation);
    written++;
    onWritten?.({
      name: frame.name,
      path: file,
      size: frame.bytes.length,
      writtenAtMs: clock.now(),
      ...(frame.note !== undefined && { note: frame.note }),
    });
  }
  return written;
}

async function writeFrame(file: string, bytes: Uint8Array, simulation: Simulation): Promise<void> {
  const { mode, writeMs, signal, clock = systemClock } = simulation;
  const { allocate, steps } = planWrites(bytes, mode);
  const pauses = steps.filter(({ pause }) => pause).length;
  const name = mode === "rename" ? `${file}.tmp` : file;
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(name, "w");
  try {
    if (allocate > 0) await handle.truncate(allocate);
    for (const { at, bytes: piece, pause } of steps) {
      if (pause) await clock.sleep(writeMs / pauses, signal);
      await handle.write(piece, 0, piece.length, at);
    }
  } finally {
    await handle.close();
  }
  if (name !== file) await rename(name, file);
}
