import { judgeFrame } from "../focus/judge-frame.js";
import { pixelSampling, USUAL_WAVELENGTH_UM } from "../frames/depth-of-field.js";
import type { Reconstructor } from "../restore/reconstructor.js";
import { restoreFrame } from "../restore/restore-frame.js";
import { defocusFrame, frameOf, type Source } from "../train/dataset/defocused-frame.js";
import { eightBitScale, toEightBit } from "../train/metrics/eight-bit.js";
import { ssim } from "../train/metrics/ssim.js";
import { cropPlane, mapPlane, type Plane } from "../train/plane.js";
import { createRandom } from "../train/random.js";
import { type JudgeNetworks, planeOf, THRESHOLDS } from "./measure-frame.js";

/** A piece of a mosaic and where it lies, px. */
export interface Piece {
  readonly left: number;
  readonly top: number;
  readonly plane: Plane;
}

export interface MosaicFigures {
  readonly source: string;
  /** Of each of the four positions, row by row. */
  readonly dofs: readonly number[];
  readonly reconstructed: readonly boolean[];
  /** Of the whole mosaic to the focused field. */
  readonly ssimBefore: number;
  readonly ssimAfter: number;
  /** Mean |difference| of two pieces where they overlap, on the focused field's 8-bit scale. */
  readonly seamsBefore: number;
  readonly seamsAfter: number;
}

export interface Mosaic {
  readonly figures: MosaicFigures;
  readonly focused: Plane;
  readonly before: Plane;
  readonly after: Plane;
}

const OVERLAP = 128;
/** DOF units: one diagonal is in focus, the other is not. */
const IN_FOCUS = [0, 0.35] as const;
const OUT_OF_FOCUS = [2, 4] as const;

/**
 * Cuts a field into 2 × 2 positions that overlap, each at its own z (weak-object model; the real frame, filtered), judges them,
 * reconstructs those that are called defocused, as the daemon would, and stitches before and after by the known offsets.
 */
export async function makeMosaic(
  source: Source,
  networks: JudgeNetworks,
  reconstructor: Reconstructor,
  seed: number,
): Promise<Mosaic> {
  const random = createRandom(seed);
  const { width, height } = source.plane;
  const [w, h] = [(width + OVERLAP) >> 1, (height + OVERLAP) >> 1];
  const sampling = pixelSampling(source.pixelUm, source.na, USUAL_WAVELENGTH_UM);
  const dofs: number[] = [];
  const reconstructed: boolean[] = [];
  const before: Piece[] = [];
  const after: Piece[] = [];
  for (const [row, top] of [0, height - h].entries()) {
    for (const [column, left] of [0, width - w].entries()) {
      const [from, to] = row === column ? IN_FOCUS : OUT_OF_FOCUS;
      const dof = random.between(from, to) * random.sign();
      const whole = planeOf(defocusFrame(source, "weak", dof, random).frame);
      const frame = frameOf(cropPlane(whole, left, top, w, h), source.bitDepth);
      const { verdict, distance } = await judgeFrame(frame, networks.classifier, THRESHOLDS, sampling);
      const isMade = verdict === "defocused";
      before.push({ left, top, plane: planeOf(frame) });
      const shown = isMade ? (await restoreFrame(frame, reconstructor, { distance, sampling })).frame : frame;
      after.push({ left, top, plane: planeOf(shown) });
      dofs.push(dof);
      reconstructed.push(isMade);
    }
  }
  const scale = eightBitScale(source.plane);
  const focused = toEightBit(source.plane, scale);
  const eightBit = (pieces: readonly Piece[]) => pieces.map((p) => ({ ...p, plane: toEightBit(p.plane, scale) }));
  const [a, b] = [eightBit(before), eightBit(after)];
  const stitched = { before: stitch(a, width, height), after: stitch(b, width, height) };
  return {
    figures: {
      source: source.name,
      dofs,
      reconstructed,
      ssimBefore: ssim(stitched.before, focused),
      ssimAfter: ssim(stitched.after, focused),
      seamsBefore: seamError(a),
      seamsAfter: seamError(b),
    },
    focused,
    ...stitched,
  };
}

/** Pieces put together by their offsets; where they overlap each fades towards its edges. Places that no piece covers are 0. */
export function stitch(pieces: readonly Piece[], width: number, height: number): Plane {
  const sum = new Float32Array(width * height);
  const weights = new Float32Array(width * height);
  const ramp = (i: number, n: number) => Math.min(i + 1, n - i, OVERLAP);
  for (const { left, top, plane } of pieces) {
    for (let y = 0; y < plane.height; y++) {
      for (let x = 0; x < plane.width; x++) {
        const at = (top + y) * width + left + x;
        const weight = ramp(x, plane.width) * ramp(y, plane.height);
        sum[at]! += weight * plane.data[y * plane.width + x]!;
        weights[at]! += weight;
      }
    }
  }
  return mapPlane({ width, height, data: sum }, (value, i) => (weights[i]! > 0 ? value / weights[i]! : 0));
}

/** Mean |difference| of every two pieces over the pixels that both have. NaN where none overlap. */
export function seamError(pieces: readonly Piece[]): number {
  let [sum, count] = [0, 0];
  for (const [k, a] of pieces.entries()) {
    for (const b of pieces.slice(k + 1)) {
      const [left, top] = [Math.max(a.left, b.left), Math.max(a.top, b.top)];
      const right = Math.min(a.left + a.plane.width, b.left + b.plane.width);
      const bottom = Math.min(a.top + a.plane.height, b.top + b.plane.height);
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          sum += Math.abs(valueAt(a, x, y) - valueAt(b, x, y));
          count++;
        }
      }
    }
  }
  return sum / count;
}

function valueAt({ left, top, plane }: Piece, x: number, y: number): number {
  return plane.data[(y - top) * plane.width + x - left]!;
}
