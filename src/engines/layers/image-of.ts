import type { Tensor, Tensor4D } from "@tensorflow/tfjs";

/** What a layer was called with, as one batch of images. */
export function imageOf(inputs: Tensor | Tensor[], layer: string) {
  const x = Array.isArray(inputs) ? inputs[0] : inputs;
  const [n, h, w, channels] = x?.shape ?? [];
  if (!x || !n || !h || !w || !channels) throw new Error(`${layer} takes [n, h, w, c], not [${x?.shape}]`);
  return { x: x as Tensor4D, n, h, w, channels };
}
