import type { LayersModel, Tensor1D, Tensor4D } from "@tensorflow/tfjs";
import { readItem } from "../dataset/item-file.js";
import { cropMirrored } from "../edges.js";
import { type LossName, RECONSTRUCTION_LOSSES } from "../losses/reconstruction.js";
import { ssimTensor } from "../losses/ssim.js";
import type { Plane } from "../plane.js";
import { createRandom } from "../random.js";
import type { Tf } from "../tfjs.js";
import { addNoise, drawNoise } from "./augment.js";
import { bandOf, byName } from "./classifier-task.js";
import { drawExample, opticsFrom, type Pair, standardise, withGuide } from "./reconstructor-examples.js";
import type { Figures, Task } from "./task.js";

const BATCH = 6;
export interface ReconstructorChoices extends Pick<Task, "architecture" | "build"> {
  /** Sides of what it learns from, and of the one piece from the middle of each item that it is validated on, px. */
  readonly crop: { readonly train: number; readonly validation: number };
  readonly loss: LossName;
  /** It takes beside a frame what the optics alone make of it, of items that tell what these are. */
  readonly guided?: boolean;
  /** Examples a step; else 6. */
  readonly batch?: number;
}

/** What does this frame look like in focus? */
export function reconstructorTask(choices: ReconstructorChoices): Task {
  const { architecture, build, crop, loss, batch, guided = false } = choices;
  const side = crop.train;
  return {
    architecture,
    build,
    ...(batch !== undefined && { batch }),

    async drawBatch(tf, { items, turn, random, progress }) {
      const n = turn?.length ?? batch ?? BATCH;
      const examples: Pair[] = [];
      const ranges = new Float32Array(n * 2);
      for (let k = 0; k < n; k++) {
        const example = drawExample(await readItem(turn?.[k] ?? random.pick(items)), side, random, guided);
        examples.push(example);
        ranges.set([example.low, example.range], 2 * k);
      }
      return {
        input: inputOf(tf, examples, guided),
        target: stacked(
          tf,
          examples.map(({ focused }) => [focused]),
        ),
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

    validate: (tf, model, items) => validateReconstructor(tf, model, items, { side: crop.validation, guided }),
  };
}

async function validateReconstructor(
  tf: Tf,
  model: LayersModel,
  items: readonly string[],
  { side, guided }: { readonly side: number; readonly guided: boolean },
): Promise<Figures> {
  const sums = new Map<string, { before: number; after: number; n: number }>();
  for (const [k, path] of items.entries()) {
    const item = await readItem(path);
    const random = createRandom(k);
    const noise = drawNoise(random);
    const focused = addNoise(item.plane(0), noise);
    const views = item.dofs.slice(1).map((dof, i) => ({
      dof,
      pair: withGuide(
        standardise({ source: addNoise(item.plane(i + 1), noise), focused }),
        guided ? opticsFrom(item, i + 1) : undefined,
      ),
    }));
    const { before, after } = ssimOfViews(
      tf,
      model,
      views.map(({ pair }) => pair),
      side,
      guided,
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

/** What the network takes: the frames, and beside each what the optics alone make of it if it is `guided`. */
function inputOf(tf: Tf, pairs: readonly Pair[], guided: boolean): Tensor4D {
  return stacked(
    tf,
    pairs.map(({ source, guide }) => (guided ? [source, guide] : [source])),
  );
}

/** @param images their channels, all of one size */
function stacked(tf: Tf, images: readonly (readonly Plane[])[]): Tensor4D {
  const [{ width, height }] = images[0] as [Plane];
  const channels = images[0]!.length;
  const data = new Float32Array(images.length * width * height * channels);
  for (const [k, planes] of images.entries()) {
    for (const [c, plane] of planes.entries()) {
      for (let i = 0, to = k * width * height * channels + c; i < width * height; i++, to += channels)
        data[to] = plane.data[i]!;
    }
  }
  return tf.tensor4d(data, [images.length, height, width, channels]);
}

/** Of the middle of each pair. @param c its side, px */
function ssimOfViews(tf: Tf, model: LayersModel, views: readonly Pair[], c: number, guided: boolean) {
  const middle = (plane: Plane) => {
    const at = Math.floor((plane.width - c) / 2);
    return cropMirrored(plane, at, at, c);
  };
  const pairs = views.map((pair) => ({
    ...pair,
    ...{ source: middle(pair.source), guide: middle(pair.guide), focused: middle(pair.focused) },
  }));
  return tf.tidy(() => {
    const column = (values: readonly number[]) => tf.tensor4d([...values], [pairs.length, 1, 1, 1]);
    const low = column(pairs.map((pair) => pair.low));
    const range = column(pairs.map((pair) => pair.range));
    const scaled = (x: Tensor4D) => x.sub(low).div(range).clipByValue(0, 1) as Tensor4D;
    const source = inputOf(tf, pairs, false);
    const reference = scaled(
      stacked(
        tf,
        pairs.map(({ focused }) => [focused]),
      ),
    );
    const restored = model.predict(inputOf(tf, pairs, guided)) as Tensor4D;
    const before = ssimTensor(tf, scaled(source), reference) as Tensor1D;
    const after = ssimTensor(tf, scaled(restored), reference) as Tensor1D;
    return { before: before.arraySync(), after: after.arraySync() };
  });
}
