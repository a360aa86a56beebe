import type { LayersModel, Scalar, Tensor2D, Tensor4D } from "@tensorflow/tfjs";
import { viewOf } from "../../focus/judging-window.js";
import { type TileStructure, tileStructure } from "../../focus/structure.js";
import { isBlank } from "../../focus/verdict.js";
import { resizeSquare } from "../../frames/resample.js";
import type { Sees } from "../../models/card.js";
import { SDCNN_SIDE } from "../architectures/sdcnn.js";
import { readItem, type StoredItem } from "../dataset/item-file.js";
import { cropPlane, dihedral, mapPlane, meanAndSd, type Plane } from "../plane.js";
import { createRandom, type Random } from "../random.js";
import type { Tf } from "../tfjs.js";
import { addNoise, drawNoise, drawResponse } from "./augment.js";
import { cropItem, drawOffset } from "./crop-item.js";
import type { Figures, Task } from "./task.js";

const FULL = { side: SDCNN_SIDE, batch: 16 };
/**
 * The first two thirds of the training look at parts of tiles: the network averages over the tile before it decides, so a part teaches
 * as much as a whole, and twice as many different ones fit into the same time.
 */
const PART = { side: 92, batch: 32, until: 0.67 };
/** Source pixels per input pixel: frames are seen as they are, but some labs bin or shrink theirs. */
const REDUCED = { share: 0.25, most: 2 };
/** The same of a network that sees tiles as a whole: 4 of a large frame, 2.7 of one of 1024 px, 1.3 of 512 px. */
const TILE_REDUCED = [1.3, 4] as const;
/** Places drawn in an item, of which one of the more structured half is learnt: an empty one teaches nothing. */
const PLACES = 4;
/** An item's mean and s.d. come from every seventh pixel each way. */
const SAMPLE_STEP = 7;
/** Structure is measured in counts: as a 12-bit camera would give them. */
const COUNTS = 2048;
/** |z| in DOF units up to which a frame counts as focused, and from which as defocused; between them it is not learnt. */
export const FOCUSED_UP_TO = 0.35;
export const DEFOCUSED_FROM = 1;
const LABEL_SMOOTHING = 0.02;

export interface ClassifierChoices extends Pick<Task, "architecture" | "build"> {
  /** Parts of windows at first, and labels not quite 0 and 1. */
  readonly eases: boolean;
  readonly sees?: Sees | undefined;
  /** Examples a step; else 16 whole windows or 32 parts. */
  readonly batch?: number;
}

/** Is this window focused or defocused? */
export function classifierTask({ architecture, build, eases, sees, batch }: ClassifierChoices): Task {
  const smoothing = eases ? LABEL_SMOOTHING : 0;
  return {
    architecture,
    build,
    ...(batch !== undefined && { batch }),

    async drawBatch(tf, { items, turn, random, progress }) {
      const { side, batch: usual } = eases && progress < PART.until ? PART : FULL;
      const n = turn?.length ?? batch ?? usual;
      const input = new Float32Array(n * side * side * 3);
      const target = new Float32Array(n * 2);
      for (let k = 0; k < n; k++) {
        const defocused = k % 2 === 1;
        input.set(
          await drawExample(items, turn?.[k], { defocused, inputSide: side, sees }, random),
          k * side * side * 3,
        );
        target[2 * k + (defocused ? 1 : 0)] = 1;
      }
      return { input: tf.tensor4d(input, [n, side, side, 3]), target: tf.tensor2d(target, [n, 2]), progress };
    },

    loss(_tf, model, batch) {
      const p = model.apply(batch.input, { training: true }) as Tensor2D;
      const target = (batch.target as Tensor2D).mul(1 - smoothing).add(smoothing / 2);
      return target.mul(p.add(1e-7).log()).sum(1).mean().neg() as Scalar;
    },

    validate: (tf, model, items) => validateClassifier(tf, model, items, sees),
  };
}

async function validateClassifier(
  tf: Tf,
  model: LayersModel,
  items: readonly string[],
  sees: Sees | undefined,
): Promise<Figures> {
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
      const plane = addNoise(item.plane(view), noise);
      data.set(toInput(asDaemonLooks(plane, sees), side, meanAndSd(plane.data)), i * side * side * 3);
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
}

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
  first: string | undefined,
  { defocused, inputSide, sees }: { defocused: boolean; inputSide: number; sees: Sees | undefined },
  random: Random,
): Promise<Float32Array> {
  // Some items have no view of the class that is asked for (their third view may lie between the classes): draw again.
  for (let path = first ?? random.pick(items); ; path = random.pick(items)) {
    const item = await readItem(path);
    const wanted = defocused ? "defocused" : "focused";
    const fitting = item.dofs.flatMap((dof, view) => (labelOf(dof) === wanted ? [view] : []));
    if (fitting.length === 0) continue;
    const view = random.pick(fitting);
    const side = drawSide(item, inputSide, sees, random);
    const place = drawPlace(item, view, side, random);
    if (!place) continue;
    const sample = item.crop(view, 0, 0, item.side, SAMPLE_STEP).data;
    const response = drawResponse(random, meanAndSd(sample));
    const plane = mapPlane(addNoise(place, drawNoise(random)), response);
    return toInput(dihedral(plane, random.integer(0, 7)), inputSide, meanAndSd(sample.map(response)), random);
  }
}

/** Side of what is shown to the network, px of the item. */
function drawSide(item: StoredItem, inputSide: number, sees: Sees | undefined, random: Random): number {
  if (sees === "tile") return Math.round(inputSide * random.logBetween(...TILE_REDUCED));
  const reduction = random.chance(REDUCED.share) ? random.between(1, REDUCED.most) : 1;
  return Math.min(item.side, Math.round(inputSide * reduction));
}

/** A square of the view that shows something, or undefined. */
function drawPlace(item: StoredItem, view: number, side: number, random: Random): Plane | undefined {
  const places = Array.from({ length: PLACES }, () => {
    const [left, top] = [drawOffset(item.side - side, random), drawOffset(item.side - side, random)];
    const plane = cropItem(item, view, left, top, side);
    return { plane, structure: structureOf(plane) };
  });
  const telling = places
    .filter(({ structure }) => !isBlank(structure))
    .sort((a, b) => b.structure.contrast - a.structure.contrast);
  return telling.length === 0 ? undefined : random.pick(telling.slice(0, PLACES / 2)).plane;
}

/** What the daemon would show the network of a tile as large as the item. */
function asDaemonLooks(whole: Plane, sees: Sees | undefined): Plane {
  const tile = { left: 0, top: 0, side: whole.width };
  const counts = mapPlane(whole, (value) => value * COUNTS).data;
  const { window } = viewOf(tile, sees, (square) => tileStructure(counts, whole.width, square));
  return cropPlane(whole, window.left, window.top, window.side, window.side);
}

function structureOf(plane: Plane): TileStructure {
  const counts = mapPlane(plane, (value) => value * COUNTS).data;
  return tileStructure(counts, plane.width, { left: 0, top: 0, side: plane.width });
}

/**
 * side × side × 3 pixels, standardised by the mean and s.d. of the frame around them; with `random`, under other light, contrast
 * and tint.
 */
function toInput(plane: Plane, side: number, frame: { mean: number; sd: number }, random?: Random): Float32Array {
  const small = resizeSquare(plane.data, plane.width, { left: 0, top: 0, side: plane.width }, side);
  // A frame is more varied than an item.
  const gain = random ? random.logBetween(0.6, 1.7) : 1;
  const shift = random ? random.normal() * 0.15 : 0;
  const slope = random ? [random.normal() * 0.15, random.normal() * 0.15] : [0, 0];
  const tinted = random?.chance(0.25) ?? false;
  const tint = [0, 1, 2].map(() => (tinted && random ? random.between(0.7, 1.3) : 1));
  const out = new Float32Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const x = (i % side) / side - 0.5;
    const y = Math.floor(i / side) / side - 0.5;
    const value = ((small[i]! - frame.mean) / (frame.sd || 1)) * gain + shift + slope[0]! * x + slope[1]! * y;
    for (let c = 0; c < 3; c++) out[3 * i + c] = value * tint[c]!;
  }
  return out;
}
