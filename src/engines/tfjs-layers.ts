import type { layers } from "@tensorflow/tfjs";
import { type AffineConfig, defineAffine } from "./layers/affine.js";
import { type ClipConfig, defineClip } from "./layers/clip.js";
import { type DepthToSpaceConfig, defineDepthToSpace } from "./layers/depth-to-space.js";
import { definePointwise, type PointwiseConfig } from "./layers/pointwise.js";
import { defineScalarInstanceNorm, type ScalarInstanceNormConfig } from "./layers/scalar-instance-norm.js";
import { defineSymmetricPad, type SymmetricPadConfig } from "./layers/symmetric-pad.js";
import type { Tensorflow } from "./tensorflow-binding.js";

/** Makers of the layers that tfjs lacks and our networks use. */
export interface OwnLayers {
  affine(config: AffineConfig): layers.Layer;
  clip(config: ClipConfig): layers.Layer;
  depthToSpace(config: DepthToSpaceConfig): layers.Layer;
  pointwise(config: PointwiseConfig): layers.Layer;
  scalarInstanceNorm(config: ScalarInstanceNormConfig): layers.Layer;
  symmetricPad(config: SymmetricPadConfig): layers.Layer;
}

const known = new WeakMap<Tensorflow, OwnLayers>();

/** Our own layers. Asking for them makes tfjs know them, so that a model that has them can be loaded. */
export function ownLayers(tf: Tensorflow): OwnLayers {
  const before = known.get(tf);
  if (before) return before;
  const Affine = register(tf, defineAffine(tf));
  const Clip = register(tf, defineClip(tf));
  const DepthToSpace = register(tf, defineDepthToSpace(tf));
  const Pointwise = register(tf, definePointwise(tf));
  const ScalarInstanceNorm = register(tf, defineScalarInstanceNorm(tf));
  const SymmetricPad = register(tf, defineSymmetricPad(tf));
  const made: OwnLayers = {
    affine: (config) => new Affine(config),
    clip: (config) => new Clip(config),
    depthToSpace: (config) => new DepthToSpace(config),
    pointwise: (config) => new Pointwise(config),
    scalarInstanceNorm: (config) => new ScalarInstanceNorm(config),
    symmetricPad: (config) => new SymmetricPad(config),
  };
  known.set(tf, made);
  return made;
}

function register<T>(tf: Tensorflow, layer: T): T {
  tf.serialization.registerClass(layer as Parameters<typeof tf.serialization.registerClass>[0]);
  return layer;
}
