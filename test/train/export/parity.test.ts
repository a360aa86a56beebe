import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, MODEL_FILE, type NetworkInput } from "../../../src/engines/engine.js";
import { openOnnxEngine } from "../../../src/engines/onnx.js";
import { layersModelFromOnnx } from "../../../src/engines/onnx-file/layers-model.js";
import { ownLayers } from "../../../src/engines/tfjs-layers.js";
import { decodeFrame } from "../../../src/frames/decode.js";
import { buildArchitecture } from "../../../src/train/architectures/index.js";
import { buildResunet } from "../../../src/train/architectures/resunet.js";
import { exportOnnx } from "../../../src/train/export/export-onnx.js";
import { dataFolder } from "../../support/data.js";
import { hasTensorflow, tfjsForTests } from "../../support/tfjs.js";
import { maxDifference, modelOf, randomiseWeights, testInputs } from "./random-model.js";

type Shape = readonly [number, number, number, number];
interface Case {
  readonly what: string;
  readonly input: readonly (number | null)[];
  /** Batches to try; several sizes where the model leaves them open. */
  readonly batches: readonly Shape[];
  readonly build: (x: SymbolicTensor) => SymbolicTensor;
}

const tf = tfjsForTests();
const open3 = [null, null, 3] as const;
const sizes: readonly Shape[] = [
  [1, 12, 12, 3],
  [2, 13, 10, 3],
];
const on =
  (layer: { apply(x: SymbolicTensor | SymbolicTensor[]): unknown }) => (x: SymbolicTensor | SymbolicTensor[]) =>
    layer.apply(x) as SymbolicTensor;
const chain =
  (...layers: { apply(x: SymbolicTensor | SymbolicTensor[]): unknown }[]) =>
  (x: SymbolicTensor) =>
    layers.reduce((value, layer) => on(layer)(value), x);

function convolutions(): Case[] {
  const cases: Case[] = [];
  for (const padding of ["valid", "same"] as const) {
    for (const [kernelSize, strides] of [
      [1, 1],
      [2, 1],
      [3, 1],
      [[5, 3], 1],
      [2, 2],
      [3, 2],
      [
        [3, 4],
        [2, 3],
      ],
    ] as const) {
      const config = { filters: 4, kernelSize: kernelSize as number, strides: strides as number, padding };
      cases.push({
        what: `conv2d ${kernelSize} stride ${strides} ${padding}`,
        input: open3,
        batches: sizes,
        build: (x) => on(tf.layers.conv2d(config))(x),
      });
    }
    for (const [kernelSize, strides] of [
      [2, 2],
      [3, 2],
      [4, 2],
      [2, 3],
      [3, 1],
    ] as const) {
      cases.push({
        what: `conv2dTranspose ${kernelSize} stride ${strides} ${padding}`,
        input: open3,
        batches: sizes,
        build: (x) =>
          on(tf.layers.conv2dTranspose({ filters: 2, kernelSize, strides, padding, activation: "relu" }))(x),
      });
    }
    for (const [poolSize, strides] of [
      [2, 2],
      [3, 3],
      [3, 2],
      [3, 1],
    ] as const) {
      cases.push({
        what: `maxPooling2d ${poolSize} stride ${strides} ${padding}`,
        input: open3,
        batches: sizes,
        build: (x) => on(tf.layers.maxPooling2d({ poolSize, strides, padding }))(x),
      });
    }
  }
  return cases;
}

const cases: Case[] = [
  ...convolutions(),
  {
    what: "conv2d dilated, no bias",
    input: open3,
    batches: sizes,
    build: (x) =>
      on(tf.layers.conv2d({ filters: 2, kernelSize: 3, dilationRate: 2, padding: "same", useBias: false }))(x),
  },
  ...(["relu", "sigmoid", "tanh", "softmax", "linear"] as const).flatMap((activation): Case[] => [
    {
      what: `fused ${activation}`,
      input: open3,
      batches: sizes,
      build: (x) => on(tf.layers.conv2d({ filters: 3, kernelSize: 3, activation }))(x),
    },
    {
      what: `activation ${activation}`,
      input: open3,
      batches: sizes,
      build: (x) => on(tf.layers.activation({ activation }))(x),
    },
  ]),
  {
    what: "reLU and dropout",
    input: open3,
    batches: sizes,
    build: chain(tf.layers.reLU(), tf.layers.dropout({ rate: 0.5 })),
  },
  {
    what: "batchNormalization after a convolution",
    input: open3,
    batches: sizes,
    build: chain(tf.layers.conv2d({ filters: 5, kernelSize: 3 }), tf.layers.batchNormalization({ epsilon: 0.01 })),
  },
  {
    what: "batchNormalization without scale and centre",
    input: open3,
    batches: sizes,
    build: chain(tf.layers.batchNormalization({ scale: false, center: false })),
  },
  {
    what: "add of three and concatenate",
    input: open3,
    batches: sizes,
    build: (x) => {
      const convs = [1, 2, 3].map(() => on(tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: "same" }))(x));
      return on(tf.layers.concatenate())([on(tf.layers.add())(convs), x]);
    },
  },
  {
    what: "depthToSpace",
    input: open3,
    batches: sizes,
    build: chain(tf.layers.conv2d({ filters: 12, kernelSize: 1 }), ownLayers(tf).depthToSpace({ blockSize: 2 })),
  },
  {
    what: "zeroPadding2d and cropping2D, uneven",
    input: [12, 11, 3],
    batches: [[2, 12, 11, 3]],
    build: chain(
      tf.layers.zeroPadding2d({
        padding: [
          [1, 2],
          [3, 0],
        ],
      }),
      tf.layers.conv2d({ filters: 2, kernelSize: 3 }),
      tf.layers.cropping2D({
        cropping: [
          [0, 2],
          [1, 0],
        ],
      }),
    ),
  },
  {
    what: "symmetric padding, up to the whole image",
    input: open3,
    batches: sizes,
    build: chain(ownLayers(tf).symmetricPad({ pad: 10 }), tf.layers.conv2d({ filters: 2, kernelSize: 3 })),
  },
  ...[true, false].map(
    (useBias): Case => ({
      what: `pointwise to more channels than oneDNN stands, bias: ${useBias}`,
      input: open3,
      batches: sizes,
      build: chain(
        ownLayers(tf).pointwise({ filters: 1024, useBias }),
        ownLayers(tf).pointwise({ filters: 2, useBias }),
      ),
    }),
  ),
  {
    what: "affine and clip",
    input: open3,
    batches: sizes,
    build: chain(ownLayers(tf).affine({ scale: 1.7, offset: 0.3 }), ownLayers(tf).clip({ low: -0.5, high: 1.25 })),
  },
  {
    what: "instance normalisation over the whole tensor, of each example by itself",
    input: open3,
    batches: sizes,
    build: chain(tf.layers.conv2d({ filters: 4, kernelSize: 3 }), ownLayers(tf).scalarInstanceNorm({ epsilon: 0.01 })),
  },
  {
    what: "globalAveragePooling2d, dense, softmax",
    input: open3,
    batches: sizes,
    build: chain(
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 6, activation: "relu" }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: 3, useBias: false }),
      tf.layers.softmax(),
    ),
  },
  {
    what: "flatten",
    input: [4, 5, 3],
    batches: [[2, 4, 5, 3]],
    build: chain(tf.layers.flatten(), tf.layers.dense({ units: 3, activation: "sigmoid" })),
  },
  {
    what: "one channel in and out, layers called input and output",
    input: [null, null, 1],
    batches: [
      [1, 8, 8, 1],
      [3, 6, 10, 1],
    ],
    build: (x) => {
      const down = chain(tf.layers.conv2d({ name: "input", filters: 4, kernelSize: 2, strides: 2 }))(x);
      const up = chain(tf.layers.conv2dTranspose({ name: "output", filters: 1, kernelSize: 2, strides: 2 }))(down);
      return on(tf.layers.add())([x, up]);
    },
  },
];

let folder = "";
let engine: Engine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-export-"));
  engine = await openOnnxEngine({ threads: 1 });
});
afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true });
});

/** The largest difference between the two over all batches and inputs. */
async function disparity(model: LayersModel, name: string, batches: readonly NetworkInput[]): Promise<number> {
  const directory = join(folder, name.replaceAll(/\W+/g, "-"));
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, MODEL_FILE), exportOnnx(model, { name, version: "1", recipe: "random weights" }));
  const network = await engine.load(directory);
  let worst = 0;
  for (const batch of batches) {
    const expected = tf.tidy(
      () => model.predict(tf.tensor4d(batch.data, [...batch.shape])) as ReturnType<typeof tf.tensor>,
    );
    const actual = await network.run(batch);
    expect(actual.shape).toEqual(expected.shape);
    worst = Math.max(worst, maxDifference(actual.data, expected.dataSync()));
    expected.dispose();
  }
  await network.dispose();
  return worst;
}

describe(`ONNX Runtime computes what tfjs (${hasTensorflow ? "TensorFlow" : "plain JavaScript"}) does`, () => {
  it.each(cases)("$what", async ({ what, input, build, batches }) => {
    const model = modelOf(tf, input, build);
    randomiseWeights(tf, model, 11);
    expect(await disparity(model, what, batches.flatMap(testInputs))).toBeLessThan(1e-4);
    model.dispose();
  });

  // sdcnn takes 20 s in plain JavaScript.
  it("the tensorflow engine gets the published ResUNet's skeleton back from its file, layer by layer", async () => {
    const model = buildResunet(tf, { side: 100, widths: [2, 3, 4, 5, 6] });
    randomiseWeights(tf, model, 3);
    const bytes = exportOnnx(model, { name: "back", version: "1", recipe: "random weights" });
    const back = await layersModelFromOnnx(tf, Buffer.from(bytes));
    const kinds = (one: LayersModel) =>
      one.layers.map((layer) => [layer.name, layer.getClassName(), layer.outputShape]);
    expect(kinds(back)).toEqual(kinds(model));
    for (const { data, shape } of testInputs([1, 100, 100, 1])) {
      const [a, b] = [model, back].map(
        (one) => one.predict(tf.tensor4d(data, [...shape])) as ReturnType<typeof tf.tensor>,
      );
      expect(maxDifference(a!.dataSync(), b!.dataSync())).toBe(0);
    }
  });

  // The published widths and size take 2 GB; what may go wrong does so at an eighth of the widths as well.
  it.each([true, false])("the published ResUNet's skeleton, residual: %s", { timeout: 120_000 }, async (residual) => {
    const model = buildResunet(tf, { side: 100, widths: [8, 16, 32, 64, 128], residual });
    randomiseWeights(tf, model, 3);
    expect(await disparity(model, `skeleton-${residual}`, testInputs([2, 100, 100, 1]))).toBeLessThan(1e-3);
    model.dispose();
  });

  it.each(["sdcnn", "resnet50v2", "resunet-lite"])("%s", { timeout: 180_000 }, async (name) => {
    const model = buildArchitecture(tf, name);
    randomiseWeights(tf, model, 3);
    const shape: Shape = name === "resunet-lite" ? [1, 64, 96, 1] : [1, 134, 134, 3];
    const real = dataFolder === undefined ? [] : [await realPatch(dataFolder, shape)];
    expect(await disparity(model, name, [...testInputs(shape), ...real])).toBeLessThan(1e-3);
    model.dispose();
  });
});

/** A patch from the middle of a real frame, standardised. */
async function realPatch(folder: string, shape: Shape): Promise<NetworkInput> {
  const timelapse = join(folder, "phase-contrast/t98g-timelapse");
  const file = (await readdir(timelapse)).find((name) => name.endsWith(".tif"))!;
  const bytes = await readFile(join(timelapse, file));
  const { frame } = await decodeFrame(bytes, "tiff", 0, { maxPixels: 1e8 });
  const [, height, width, channels] = shape;
  const values: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) values.push(frame.data[(y + 400) * frame.width + x + 400]!);
  }
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const sd = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  const data = Float32Array.from(
    values.flatMap((value) => Array.from({ length: channels }, () => (value - mean) / sd)),
  );
  return { data, shape };
}
