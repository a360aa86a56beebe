import type { AttributeValue } from "./graph-builder.js";

export type Padding = "same" | "valid";

export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding;
}

/** Attributes of Conv and MaxPool. */
export function windowAttributes({ kernel, strides, dilations, padding }: Window): Record<string, AttributeValue> {
  const common = { kernel_shape: kernel, strides, ...(dilations.some((d) => d !== 1) ? { dilations } : {}) };
  if (padding === "valid") return common;
  // With a stride, how much `same` pads depends on the size of the image, which we leave open.
  if (strides.some((s) => s !== 1)) return { ...common, auto_pad: "SAME_UPPER" };
  const total = kernel.map((k, i) => (k - 1) * dilations[i]!);
  return { ...common, pads: [...total.map((t) => Math.floor(t / 2)), ...total.map((t) => Math.ceil(t / 2))] };
}

/**
 * Attributes of ConvTranspose. tfjs makes `side · stride` of a side for `same`, and adds `max(kernel − stride, 0)` for `valid`;
 * ONNX makes `(side − 1) · stride + kernel − pads + output_padding`.
 */
export function transposedAttributes({ kernel, strides, dilations, padding }: Window): Record<string, AttributeValue> {
  if (dilations.some((d) => d !== 1)) throw new Error("a transposed convolution with dilation is not supported");
  const excess = kernel.map((k, i) => k - strides[i]!);
  const outputPadding = excess.map((e) => Math.max(-e, 0));
  const cut = excess.map((e) => (padding === "same" ? Math.max(e, 0) : 0));
  return {
    kernel_shape: kernel,
    strides,
    pads: [...cut.map((c) => Math.floor(c / 2)), ...cut.map((c) => Math.ceil(c / 2))],
    ...(outputPadding.some((p) => p > 0) ? { output_padding: outputPadding } : {}),
  };
}
