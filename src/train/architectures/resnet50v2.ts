import type { LayersModel, SymbolicTensor } from "@tensorflow/tfjs";
import { ownLayers } from "../../engines/tfjs-layers.js";
import type { Tf } from "../tfjs.js";
import { SDCNN_SIDE } from "./sdcnn.js";

/** Units and inner width of each stage; what comes out is four times as wide. */
const STAGES = [
  { units: 3, width: 64 },
  { units: 4, width: 128 },
  { units: 6, width: 256 },
  { units: 3, width: 512 },
] as const;
const EXPANSION = 4;

/**
 * ResNet-50 with identity mappings (He et al. 2016, arXiv:1603.05027), with which the paper compares SDCNN: [n, 134, 134, 3] standardised
 * pixels → [n, 2], P(focused) and P(defocused). As there: normalisation and activation come before each convolution; those of the
 * first unit stand right behind the first convolution, before the paths part; the last unit is followed by one more of each. Where
 * size or width changes, the shortcut is a 1×1 convolution of the activated input and the 3×3 convolution has the stride.
 *
 * @param side null for any size: the average makes the weights independent of it
 */
export function buildResnet50v2(tf: Tf, side: number | null = SDCNN_SIDE): LayersModel {
  const input = tf.input({ shape: [side, side, 3], name: "pixels" });
  let x = apply(pad(tf, 3, "conv1_pad"), input);
  x = activated(tf, apply(conv(tf, 64, 7, 2, "conv1"), x), "conv1");
  // Nothing is below 0 here, so zeros around the edges never win.
  x = apply(tf.layers.maxPooling2d({ poolSize: 3, strides: 2, name: "pool1" }), apply(pad(tf, 1, "pool1_pad"), x));
  STAGES.forEach(({ units, width }, stage) => {
    for (let unit = 0; unit < units; unit++) {
      const strides = stage > 0 && unit === 0 ? 2 : 1;
      x = bottleneck(
        tf,
        x,
        { width, strides, changes: unit === 0, first: stage + unit === 0 },
        `stage${stage + 2}u${unit + 1}`,
      );
    }
  });
  x = activated(tf, x, "last");
  x = apply(tf.layers.globalAveragePooling2d({ name: "average" }), x);
  const output = apply(tf.layers.dense({ units: 2, activation: "softmax", name: "class" }), x);
  return tf.model({ inputs: input, outputs: output, name: "resnet50v2" });
}

interface Unit {
  readonly width: number;
  readonly strides: number;
  /** Whether size or width changes. */
  readonly changes: boolean;
  /** Whether its input is activated already. */
  readonly first: boolean;
}

function bottleneck(tf: Tf, x: SymbolicTensor, { width, strides, changes, first }: Unit, name: string): SymbolicTensor {
  const before = first ? x : activated(tf, x, `${name}_pre`);
  const shortcut = changes
    ? apply(pointwise(tf, EXPANSION * width, `${name}_conv0`), everySecond(tf, before, strides, name))
    : x;
  let y = activated(tf, apply(pointwise(tf, width, `${name}_conv1`), before), `${name}_mid1`);
  y = apply(conv(tf, width, 3, strides, `${name}_conv2`), apply(pad(tf, 1, `${name}_pad`), y));
  y = apply(pointwise(tf, EXPANSION * width, `${name}_conv3`), activated(tf, y, `${name}_mid2`));
  return tf.layers.add({ name: `${name}_add` }).apply([shortcut, y]) as SymbolicTensor;
}

/** What a 1×1 convolution with a stride looks at. */
function everySecond(tf: Tf, x: SymbolicTensor, strides: number, name: string): SymbolicTensor {
  return strides === 1
    ? x
    : apply(tf.layers.maxPooling2d({ poolSize: 1, strides, name: `${name}_every${strides}` }), x);
}

function activated(tf: Tf, x: SymbolicTensor, name: string): SymbolicTensor {
  const normalised = apply(tf.layers.batchNormalization({ momentum: 0.95, name: `${name}_norm` }), x);
  return apply(tf.layers.activation({ activation: "relu", name: `${name}_relu` }), normalised);
}

function conv(tf: Tf, filters: number, kernelSize: number, strides: number, name: string) {
  const kernelInitializer = "heNormal";
  return tf.layers.conv2d({ filters, kernelSize, strides, padding: "valid", useBias: false, kernelInitializer, name });
}

function pointwise(tf: Tf, filters: number, name: string) {
  return ownLayers(tf).pointwise({ filters, useBias: false, initialiser: tf.initializers.heNormal({}), name });
}

/** Zeros on all four sides: what `same` makes depends on the image's size when there is a stride. */
function pad(tf: Tf, padding: number, name: string) {
  return tf.layers.zeroPadding2d({ padding: [padding, padding], name });
}

function apply(layer: { apply(x: SymbolicTensor): unknown }, x: SymbolicTensor): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor;
}
