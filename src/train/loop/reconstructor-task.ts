import type { Scalar, Tensor1D, Tensor4D } from "@tensorflow/tfjs";
import { buildResunetLite } from "../architectures/resunet-lite.js";
import { readItem, type StoredItem } from "../dataset/item-file.js";
import { ssimTensor } from "../losses/ssim.js";
import { cropPlane, dihedral, mapPlane, meanAndSd, type Plane, quantile } from "../plane.js";
import { createRandom, type Random } from "../random.js";
import type { Tf } from "../tfjs.js";
import { addNoise, drawNoise, drawResponse } from "./augment.js";
import { bandOf, byName } from "./classifier-task.js";
import type { Figures, Task } from "./task.js";

const BATCH = 6;
/** Of 128 px, a third lies within the reach of a strong blur from an edge, beyond which nothing can be known. */
const CROP = 160;
/** The crop is standardised with the statistics of this much around it, as a crop of a frame is with the frame's. */
const REGION = 320;
/** Statistics of a region come from every third pixel each way: all of them took a quarter of the training's time. */
const SAMPLE_STEP = 3;
/** Validation looks at one piece from the middle of each item. */
const VALIDATION_CROP = 256;
/**
 * The error is counted in eighths of the focused frame's range, about a standard deviation: pseudo-Huber, so that wrong halos pull and hot
 * pixels do not.
 */
const ERROR_SCALE = 8;
/**
 * SSIM joins when the network has learnt to change something. At first it only holds it back: both sides have the same noise, so in
 * the empty parts of a frame, which are most of it, SSIM is perfect for no change at all and falls with any.
 */
const SSIM = { from: 0.1, full: 0.25 };
/** Share of the examples that are in focus, or nearly: they teach the identity. */
const IDENTITY_SHARE = 0.15;

/** ResUNet: what does this frame look like in focus? */
export const reconstructorTask: Task = {
  architecture: "resunet-lite",
  learningRate: 3e-3,
  build: buildResunetLite,

  async drawBatch(tf, items, random, progress) {
    const n = BATCH;
    const input = new Float32Array(n * CROP * CROP);
    const target = new Float32Array(n * CROP * CROP);
    const side = new Float32Array(n * 3);
    const ssimWeight = Math.min(1, Math.max(0, (progress - SSIM.from) / (SSIM.full - SSIM.from)));
    for (let k = 0; k < n; k++) {
      const example = drawExample(await readItem(random.pick(items)), random);
      input.set(example.source.data, k * CROP * CROP);
      target.set(example.focused.data, k * CROP * CROP);
      side.set([example.low, example.range, ssimWeight], 3 * k);
    }
    return {
      input: tf.tensor4d(input, [n, CROP, CROP, 1]),
      target: tf.tensor4d(target, [n, CROP, CROP, 1]),
      side: tf.tensor2d(side, [n, 3]),
    };
  },

  loss(tf, model, batch) {
    const output = model.apply(batch.input, { training: true }) as Tensor4D;
    const [low, range, weight] = tf.split(batch.side!, 3, 1).map((column) => column.reshape([-1, 1, 1, 1]));
    const scaled = (x: Tensor4D) => x.sub(low!).div(range!) as Tensor4D;
    const a = scaled(output);
    const b = scaled(batch.target as Tensor4D);
    const dissimilarity = tf
      .scalar(1)
      .sub(ssimTensor(tf, a, b).mean())
      .mul(weight!.mean());
    const huber = a.sub(b).mul(ERROR_SCALE).square().add(1).sqrt().sub(1).mean();
    return dissimilarity.add(huber) as Scalar;
  },

  async validate(tf, model, items) {
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
  },
};

interface Pair {
  readonly source: Plane;
  readonly focused: Plane;
  /** The focused plane's 0.1 percentile and its distance to the 99.9 one, in standardised units. */
  readonly low: number;
  readonly range: number;
}

function drawExample(item: StoredItem, random: Random): Pair {
  // View 1 is in focus or nearly.
  const view = random.chance(IDENTITY_SHARE) ? 1 : random.integer(2, item.dofs.length - 1);
  // The same noise on both sides: the network learns to refocus, and to leave the camera's noise as it is.
  const noise = drawNoise(random, 0.35);
  const left = random.integer(0, item.side - REGION);
  const top = random.integer(0, item.side - REGION);
  const sample = (plane: number) => addNoise(item.crop(plane, left, top, REGION, SAMPLE_STEP), noise);
  const samples = { source: sample(view), focused: sample(0) };
  const response = drawResponse(random, meanAndSd(samples.source.data));
  const x = left + random.integer(0, REGION - CROP);
  const y = top + random.integer(0, REGION - CROP);
  const symmetry = random.integer(0, 7);
  const shown = (plane: number) =>
    dihedral(mapPlane(addNoise(item.crop(plane, x, y, CROP), noise), response), symmetry);
  return standardise(
    { source: shown(view), focused: shown(0) },
    { source: mapPlane(samples.source, response), focused: mapPlane(samples.focused, response) },
  );
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

function ssimOfViews(tf: Tf, model: Parameters<Task["loss"]>[1], pairs: readonly Pair[]) {
  const c = VALIDATION_CROP;
  const stack = (plane: (pair: Pair) => Plane): Tensor4D => {
    const data = new Float32Array(pairs.length * c * c);
    pairs.forEach((pair, i) => {
      const whole = plane(pair);
      const at = Math.floor((whole.width - c) / 2);
      data.set(cropPlane(whole, at, at, c, c).data, i * c * c);
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
