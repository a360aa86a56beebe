import { createRequire } from "node:module";
import { loadTensorflow, type Tensorflow, tensorflowInstalled } from "../../src/engines/tensorflow-binding.js";

/** Whether tests of the tensorflow engine can run; put it in `describe.skipIf(!hasTensorflow)`. */
export const hasTensorflow = tensorflowInstalled() && process.env.REFOCUSD_TEST_WITHOUT_TENSORFLOW === undefined;

/** tfjs on TensorFlow where that is installed, else in plain JavaScript: the same numbers to about 1e-5, slower. */
export function tfjsForTests(): Tensorflow {
  if (hasTensorflow) return loadTensorflow().tf;
  return createRequire(import.meta.url)("@tensorflow/tfjs") as Tensorflow;
}
