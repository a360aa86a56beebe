import type { LayersModel, Tensor1D, Tensor4D } from "@tensorflow/tfjs";
import { readItem, type StoredItem } from "../dataset/item-file.js";
import { cropMirrored } from "../edges.js";
import { type LossName, RECONSTRUCTION_LOSSES } from "../losses/reconstruction.js";
import { ssimTensor } from "../losses/ssim.js";
import { dihedral, mapPlane, meanAndSd, type Plane, quantile } from "../plane.js";
import { createRandom, type Random } from "../random.js";
import type { Tf } from "../tfjs.js";
import { addNoise, drawNoise, drawResponse } from "./augment.js";
import { bandOf, byName } from "./classifier-task.js";
import type { Figures, Task } from "./task.js";

const BATCH = 6;
/** The crop is standardised with the statistics of this much around it, as a crop of a frame is with the frame's. */
const REGION = 320;
/** Statistics of a region come from every third pixel each way: all of them took a quarter of the training's time. */
const SAMPLE_STEP = 3;
/** Share of the examples that are in focus, or nearly: they teach the identity. */
const IDENTITY_SHARE = 0.15;

export interface ReconstructorChoices extends Pick<Task, "architecture" | "build"> {
  /** Sides of what it learns from, and of the one piece from the middle of each item that it is validated on, px. */
  readonly crop: { readonly train: number; readonly validation: number };
  readonly loss: LossName;
  /** Examples a step; else 6. */
  readonly batch?: number;
}

/** What does this frame look like in focus? */
export function reconstructorTask({ architecture, build, crop, loss, batch }: ReconstructorChoices): Task {
  const side = crop.train;
  return {
    architecture,
    build,
    ...(batch !== undefined && { batch }),

    async drawBatch(tf, { items, turn, random, progress }) {
      const n = turn?.length ?? batch ?? BATCH;
      const input = new Float32Array(n * side * side);
      const target = new Float32Array(n * side * side);
      const ranges = new Float32Array(n * 2);
      for (let k = 0; k < n; k++) {
        const example = drawExample(await readItem(turn?.[k] ?? random.pick(items)), side, random);
        input.set(example.source.data, k * side * side);
        target.set(example.focused.data, k * side * side);
        ranges.set([example.low, example.range], 2 * k);
      }
      return {
        input: tf.tensor4d(input, [n, side, side, 1]),
        target: tf.tensor4d(target, [n, side, side, 1]),
        side: tf.tensor2d(ranges, [n, 2]),
        progress,
      };
    },

    loss(tf, model, { input, target, side: ranges, progress }) {
      const output = model.apply(input, { training: true }) as Tensor4D;
      const [low, range] = tf.split(ranges!, 2, 1).map((column) => column.reshape([-1, 1, 1, 1]));
      const scaled = (x: Tensor4D) => x.sub(low!).div(range!) as Tensor4D;
      return RECONSTRUCTION_LOSSES[loss].value(tf, scaled(output), scaled(target as Tensor4D), progress);
    },

    validate: (tf, model, items) => validateReconstructor(tf, model, items, crop.validation),
  };
}

async function validateReconstructor(
  tf: Tf,
  model: LayersModel,
  items: readonly string[],
  side: number,
): Promise<Figures> {
  const sums = new Map<string, { before: number; after: number; n: number }>();
  for (const [k, path] of items.entries()) {
    const item = await readItem(path);
    const random = createRandom(k);
    const noise = drawNoise(random);
    const focused = addNoise(item.plane(0), noise);
    const views = item.dofs.slice(1).map((dof, i) => ({
      dof,
      pair: standardise({ source: addNoise(item.plane(i + 1), noise), focused }),
    }));
    const { before, after } = ssimOfViews(
      tf,
      model,
      views.map(({ pair }) => pair),
      side,
    );
    views.forEach(({ dof }, i) => {
      const band = bandOf(dof);
      for (const name of band === "0-0.35" ? [band] : ["all", band, item.model]) {
        const sum = sums.get(name) ?? { before: 0, after: 0, n: 0 };
        sum.before += before[i]!;
        sum.after += after[i]!;
        sum.n++;
        sums.set(name, sum);
      }
    });
  }
  const figures: Record<string, number> = {};
  const all = sums.get("all")!;
  const near = sums.get("0-0.35")!;
  figures.score = all.after / all.n + near.after / near.n;
  for (const [name, sum] of [...sums].sort(byName)) {
    figures[`${name} before`] = sum.before / sum.n;
    figures[`${name} after`] = sum.after / sum.n;
  }
  return figures as Figures;
}

interface Pair {
  readonly source: Plane;
  readonly focused: Plane;
  /** The focused plane's 0.1 percentile and its distance to the 99.9 one, in standardised units. */
  readonly low: number;
  readonly range: number;
}

function drawExample(item: StoredItem, crop: number, random: Random): Pair {
  // View 1 is in focus or nearly.
  const view = random.chance(IDENTITY_SHARE) ? 1 : random.integer(2, item.dofs.length - 1);
  // The same noise on both sides: the network learns to refocus, and to leave the camera's noise as it is.
  const noise = drawNoise(random, 0.35);
  const region = Math.min(item.side, Math.max(REGION, crop));
  const left = random.integer(0, item.side - region);
  const top = random.integer(0, item.side - region);
  const sample = (plane: number) => addNoise(item.crop(plane, left, top, region, SAMPLE_STEP), noise);
  const samples = { source: sample(view), focused: sample(0) };
  const response = drawResponse(random, meanAndSd(samples.source.data));
  const x = left + drawOffset(region - crop, random);
  const y = top + drawOffset(region - crop, random);
  const symmetry = random.integer(0, 7);
  const shown = (plane: number) =>
    dihedral(mapPlane(addNoise(cropItem(item, plane, x, y, crop), noise), response), symmetry);
  return standardise(
    { source: shown(view), focused: shown(0) },
    { source: mapPlane(samples.source, response), focused: mapPlane(samples.focused, response) },
  );
}

/** Where a crop begins within `room` more pixels; a crop that is larger has the item in its middle. */
function drawOffset(room: number, random: Random): number {
  return room < 0 ? Math.ceil(room / 2) : random.integer(0, room);
}

/** Where an item is smaller than the crop it goes on as in a mirror, as frames do at run time. */
function cropItem(item: StoredItem, plane: number, left: number, top: number, side: number): Plane {
  return side <= item.side ? item.crop(plane, left, top, side) : cropMirrored(item.plane(plane), left, top, side);
}

interface Planes {
  readonly source: Plane;
  readonly focused: Plane;
}

/**
 * Both in the source's standardised units: at run time the focused frame's own mean and s.d. are not known.
 *
 * @param around what the statistics are taken from, if not from the planes themselves
 */
function standardise(planes: Planes, around = planes): Pair {
  const { mean, sd } = meanAndSd(around.source.data);
  const unit = sd || 1;
  const scale = (plane: Plane) => mapPlane(plane, (value) => (value - mean) / unit);
  const low = (quantile(around.focused.data, 0.001) - mean) / unit;
  const high = (quantile(around.focused.data, 0.999) - mean) / unit;
  return { source: scale(planes.source), focused: scale(planes.focused), low, range: Math.max(0.1, high - low) };
}

function ssimOfViews(tf: Tf, model: LayersModel, pairs: readonly Pair[], c: number) {
  const stack = (plane: (pair: Pair) => Plane): Tensor4D => {
    const data = new Float32Array(pairs.length * c * c);
    pairs.forEach((pair, i) => {
      const whole = plane(pair);
      const at = Math.floor((whole.width - c) / 2);
      data.set(cropMirrored(whole, at, at, c).data, i * c * c);
    });
    return tf.tensor4d(data, [pairs.length, c, c, 1]);
  };
  return tf.tidy(() => {
    const low = tf.tensor4d(
      pairs.map((pair) => pair.low),
      [pairs.length, 1, 1, 1],
    );
    const range = tf.tensor4d(
      pairs.map((pair) => pair.range),
      [pairs.length, 1, 1, 1],
    );
    const scaled = (x: Tensor4D) => x.sub(low).div(range).clipByValue(0, 1) as Tensor4D;
    const source = stack((pair) => pair.source);
    const reference = scaled(stack((pair) => pair.focused));
    const restored = model.predict(source) as Tensor4D;
    const before = ssimTensor(tf, scaled(source), reference) as Tensor1D;
    const after = ssimTensor(tf, scaled(restored), reference) as Tensor1D;
    return { before: before.arraySync(), after: after.arraySync() };
  });
}
