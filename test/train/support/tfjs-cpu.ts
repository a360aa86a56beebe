import { createRequire } from "node:module";
import type { Tf } from "../../../src/train/tfjs.js";

/** tfjs in plain JavaScript, whatever else is installed: small things are fast enough, and start without libtensorflow's second. */
export async function plainTfjs(): Promise<Tf> {
  const tf = createRequire(import.meta.url)("@tensorflow/tfjs") as Tf;
  await tf.setBackend("cpu");
  return tf;
}
