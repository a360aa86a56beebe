import { createRandom } from "../random.js";
import { encodeNisTiff, nisName } from "./nis-file.js";
import { drawFocusFaults, renderTimeLapse } from "./time-lapse.js";

export interface PhantomExport {
  readonly prefix: string;
  readonly seed: number;
  readonly positions: number;
  readonly times: number;
  /** Side of the square frames, px. */
  readonly size: number;
  /** Share of the frames that are out of focus. */
  readonly defocused: number;
}

/** The names of all files of an export, in the order in which they are written. */
export function phantomNames({ prefix, ...series }: PhantomExport): string[] {
  return Array.from({ length: series.positions * series.times }, (_, k) => {
    const frame = { position: (k % series.positions) + 1, time: Math.floor(k / series.positions) + 1 };
    return nisName(prefix, frame, series);
  });
}

/** The files of an export, each rendered when its turn comes, with what is true about it. */
export function* phantomExport(
  options: PhantomExport,
): Generator<{ name: string; bytes: Buffer; dof: number; note: string }, void, undefined> {
  const { prefix, seed, positions, times, size, defocused } = options;
  const defocus = drawFocusFaults(createRandom(seed), positions, times, defocused);
  for (const frame of renderTimeLapse({ seed, positions, times, size, defocus })) {
    const { dof } = frame;
    const off = `${dof < 0 ? "−" : "+"}${Math.abs(dof).toFixed(2)} DOF units`;
    yield {
      name: nisName(prefix, frame, options),
      bytes: encodeNisTiff(frame),
      dof,
      note: Math.abs(dof) <= 0.35 ? `in focus (${off})` : `out of focus by ${off}`,
    };
  }
}
