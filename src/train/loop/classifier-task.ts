import type { Scalar, Tensor2D, Tensor4D } from "@tensorflow/tfjs";
import { resizeSquare } from "../../frames/resample.js";
import { buildSdcnn, SDCNN_SIDE } from "../architectures/sdcnn.js";
import { readItem, type StoredItem } from "../dataset/item-file.js";
import { dihedral, meanAndSd, type Plane } from "../plane.js";
import { createRandom, type Random } from "../random.js";

import { addNoise, drawNoise } from "./augment.js";
import type { Figures, Task } from "./task.js";

const FULL = { side: SDCNN_SIDE, batch: 16 };
/**
 * The first two thirds of the training look at parts of tiles: the network averages over the tile before it decides, so a part teaches
 * as much as a whole, and twice as many different ones fit into the same time.
 */
const PART = { side: 92, batch: 32, until: 0.67 };
/**
 * Source pixels per input pixel. 2 is a frame's tile (the middle 268 px of 536); smaller frames come less reduced. At 4, the paper's
 * whole tile, a defocus of 1 DOF unit blurs by half an input pixel on a 10× objective, and 24 % of the tiles between 1 and 2 were
 * judged wrong.
 */
const STRIDE = { least: 1.15, usual: 1.7, most: 2.05 };
/** |z| in DOF units up to which a frame counts as focused, and from which as defocused; between them it is not learnt. */
export const FOCUSED_UP_TO = 0.35;
export const DEFOCUSED_FROM = 1;
const LABEL_SMOOTHING = 0.02;

/** SDCNN: is this tile focused or defocused? */
export const classifierTask: Task = {
  architecture: "sdcnn",
  learningRate: 5e-4,
  build: (tf) => buildSdcnn(tf, null),

  async drawBatch(tf, items, random, progress) {
    const { side, batch: n } = progress < PART.until ? PART : FULL;
    const input = new Float32Array(n * side * side * 3);
    const target = new Float32Array(n * 2);
    for (let k = 0; k < n; k++) {
      const defocused = k % 2 === 1;
      const plane = await drawExample(items, defocused, side, random);
      input.set(toInput(plane, side, random), k * side * side * 3);
      target[2 * k + (defocused ? 1 : 0)] = 1;
    }
    return { input: tf.tensor4d(input, [n, side, side, 3]), target: tf.tensor2d(target, [n, 2]) };
  },

  loss(_tf, model, batch) {
    const p = model.apply(batch.input, { training: true }) as Tensor2D;
    const target = (batch.target as Tensor2D).mul(1 - LABEL_SMOOTHING).add(LABEL_SMOOTHING / 2);
    return target.mul(p.add(1e-7).log()).sum(1).mean().neg() as Scalar;
  },

  async validate(tf, model, items) {
    const groups = new Map<string, { right: number; all: number }>();
    let loss = 0;
    let all = 0;
    for (const [k, path] of items.entries()) {
      const item = await readItem(path);
      const random = createRandom(k);
      const views = item.dofs.flatMap((dof, view) => (labelOf(dof) === undefined ? [] : [{ dof, view }]));
      const noise = drawNoise(random);
      const { side } = FULL;
      const data = new Float32Array(views.length * side * side * 3);
      views.forEach(({ view }, i) => {
        data.set(toInput(addNoise(middle(item, view), noise), side), i * side * side * 3);
      });
      const p = tf.tidy(() => {
        const input: Tensor4D = tf.tensor4d(data, [views.length, side, side, 3]);
        return (model.predict(input) as Tensor2D).dataSync();
      });
      views.forEach(({ dof }, i) => {
        const label = labelOf(dof) === "defocused" ? 1 : 0;
        const right = (p[2 * i + 1]! > 0.5 ? 1 : 0) === label ? 1 : 0;
        loss -= Math.log(Math.max(1e-7, p[2 * i + label]!));
        all++;
        for (const name of ["accuracy", item.model, bandOf(dof)]) {
          const group = groups.get(name) ?? { right: 0, all: 0 };
          group.right += right;
          group.all++;
          groups.set(name, group);
        }
      });
    }
    const figures: Record<string, number> = { score: -loss / all };
    for (const [name, group] of [...groups].sort(byName)) figures[name] = group.right / group.all;
    return figures as Figures;
  },
};

/** The label of a defocus in DOF units, or undefined between the two classes. */
export function labelOf(dof: number): "focused" | "defocused" | undefined {
  const z = Math.abs(dof);
  if (z <= FOCUSED_UP_TO) return "focused";
  return z >= DEFOCUSED_FROM ? "defocused" : undefined;
}

/** The bands of |z| in which figures are told. */
export function bandOf(dof: number): string {
  const z = Math.abs(dof);
  if (z <= 0.35) return "0-0.35";
  if (z < 1) return "0.35-1";
  if (z < 2) return "1-2";
  return z < 3 ? "2-3" : "3+";
}

/** Order of named groups in a table. */
export function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

async function drawExample(
  items: readonly string[],
  defocused: boolean,
  inputSide: number,
  random: Random,
): Promise<Plane> {
  // Some items have no view of the class that is asked for (their third view may lie between the classes): draw again.
  for (;;) {
    const item = await readItem(random.pick(items));
    const wanted = defocused ? "defocused" : "focused";
    const fitting = item.dofs.flatMap((dof, view) => (labelOf(dof) === wanted ? [view] : []));
    if (fitting.length === 0) continue;
    const side = Math.min(item.side, Math.round(inputSide * drawStride(random)));
    const left = random.integer(0, item.side - side);
    const top = random.integer(0, item.side - side);
    const plane = item.crop(random.pick(fitting), left, top, side);
    return dihedral(addNoise(plane, drawNoise(random)), random.integer(0, 7));
  }
}

/** What a frame's tile shows to the network. */
function middle(item: StoredItem, view: number): Plane {
  const at = Math.floor((item.side - 2 * SDCNN_SIDE) / 2);
  return item.crop(view, at, at, 2 * SDCNN_SIDE);
}

function drawStride(random: Random): number {
  return random.chance(0.8) ? random.between(STRIDE.usual, STRIDE.most) : random.between(STRIDE.least, STRIDE.usual);
}

/** side × side × 3 standardised pixels; with `random`, under other light, contrast and tint. */
function toInput(plane: Plane, side: number, random?: Random): Float32Array {
  const small = resizeSquare(plane.data, plane.width, { left: 0, top: 0, side: plane.width }, side);
  const { mean, sd } = meanAndSd(small);
  // A tile is standardised with its frame's statistics, so its own s.d. differs from 1 as much as tiles of a frame differ.
  const gain = random ? random.logBetween(0.55, 1.6) : 1;
  const shift = random ? random.normal() * 0.15 : 0;
  const slope = random ? [random.normal() * 0.15, random.normal() * 0.15] : [0, 0];
  const tinted = random?.chance(0.25) ?? false;
  const tint = [0, 1, 2].map(() => (tinted && random ? random.between(0.7, 1.3) : 1));
  const out = new Float32Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const x = (i % side) / side - 0.5;
    const y = Math.floor(i / side) / side - 0.5;
    const value = ((small[i]! - mean) / (sd || 1)) * gain + shift + slope[0]! * x + slope[1]! * y;
    for (let c = 0; c < 3; c++) out[3 * i + c] = value * tint[c]!;
  }
  return out;
}
