import { z } from "zod";

const count = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");

export const MODEL_KINDS = ["classifier", "reconstructor"] as const;

/** What of a tile a classifier can be shown. */
export const SEES = ["window", "tile"] as const;

/** Names are folder names too, so they cannot lead out of the folder of models. */
export const MODEL_NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** A table of figures as people read it: `rows` hold one cell for each of `columns`. */
const table = z.strictObject({
  title: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
});

/** A seeded input and what the network answers to it; see self-test.ts. */
const selfTest = z.strictObject({
  seed: z.number().int(),
  /** `[n, height, width, channels]` */
  shape: z.tuple([count, count, count, count]),
  outputShape: z.array(count),
  /** Values at evenly spaced places of the output, first and last included. */
  samples: z.array(z.number()).min(1),
  /** The largest difference allowed in any sample. */
  tolerance: z.number().positive(),
});

const trustLine = {
  intercept: z.number(),
  disagreement: z.number(),
  unexplained: z.number(),
  strangeness: z.number(),
  familiar: z.strictObject({
    mean: z.array(z.number()).length(6),
    inverse: z.array(z.array(z.number()).length(6)).length(6),
  }),
  /** On which frames this was fitted, and how well it ranks frames that it was not fitted on. */
  fitted: z.string().min(1),
};

/** How far a reconstruction can be believed, from what can be measured of it; see src/restore/trust. */
const trust = z.strictObject({
  ...trustLine,
  /** Of reconstructions that are held to their source (src/restore/consistency), as ln(1 - SSIM); the rest is of those by the network alone. */
  held: z.strictObject(trustLine).optional(),
});

const layers = z
  .array(z.strictObject({ weights: z.array(z.array(z.number())).min(1), bias: z.array(z.number()) }))
  .min(1);

/** How far out of focus a frame is, from its power spectrum; see src/focus/spectrum/distance.ts. */
const distance = z.strictObject({
  /** From 48 features, ln(sampling / 0.35) or 0, and 1 or 0 for whether it is known, to the median and two steps before softplus. */
  layers: layers.refine(
    (all) => fitTogether(all, 50, 3),
    "each layer takes what the one before gives: 48 features and two about the sampling at first, three numbers at last",
  ),
  /** What the steps are multiplied by, so that the interval holds the truth in 68 % of cases. */
  widen: z.strictObject({ withSampling: z.number().positive(), withoutSampling: z.number().positive() }),
  fitted: z.string().min(1),
});

/** A classifier's second opinion, from a frame's power spectrum, and how it and the tiles add up, if it counts; see src/focus/spectrum. */
const spectrum = z.strictObject({
  /** From 48 features to one logit: dense layers, ReLU between them. */
  layers: layers.refine(
    (all) => fitTogether(all, 48, 1),
    "each layer takes what the one before gives: 48 features at first, one number at last",
  ),
  /** Weights of the logits of tiles and spectrum, how far each can go, and a constant: jointLogit. Without it, the tiles alone decide. */
  joint: z
    .strictObject({
      tiles: z.number().positive(),
      mostTiles: z.number().positive(),
      spectrum: z.number().positive(),
      mostSpectrum: z.number().positive(),
      shift: z.number(),
    })
    .optional(),
  /** On what the layers were fitted, and by what the rest was chosen. */
  fitted: z.string().min(1),
  /** Without it, no distance is told. */
  distance: distance.optional(),
});

const card = z.object({
  name: z.string().regex(MODEL_NAME, "lower-case letters, digits, dots and dashes"),
  version: z.string().min(1),
  /** A classifier answers `[n, 2]`, P(focused) and P(defocused); a reconstructor an image of its input's size. */
  kind: z.enum(MODEL_KINDS),
  architecture: z.strictObject({
    name: z.string().min(1),
    parameters: count,
    options: z.record(z.string(), z.unknown()).optional(),
  }),
  /** SHA-256 of model.onnx. */
  sha256,
  input: z.strictObject({
    /** Side in pixels, where the network takes one size only. */
    size: count.optional(),
    /** Sides are multiples of this, where the network takes any size. */
    multiple: count.optional(),
    /** Of a reconstructor 1, the frame, or 2, the frame and what the optics alone make of it (src/restore/consistency/deconvolve.ts). */
    channels: count,
    /** Of a classifier: the judging window of each tile, pixel by pixel (src/focus/judging-window.ts), or the tile, reduced. Left out: the window. */
    sees: z.enum(SEES).optional(),
    /** What is done to a frame's pixels before the network sees them. */
    standardisation: z.string().min(1),
  }),
  output: z.string().min(1),
  data: z.array(
    z.looseObject({ source: z.string().min(1), fields: z.number().int().nonnegative(), licence: z.string().min(1) }),
  ),
  /** Of an adapted network: the one that it was made from, and the frames that it was fitted to. */
  parent: z.strictObject({ name: z.string().regex(MODEL_NAME), version: z.string().min(1), sha256 }).optional(),
  adaptedOn: z.array(z.strictObject({ file: z.string().min(1), sha256 })).optional(),
  /** Frames of the same laboratory that it was not fitted to, but measured on. */
  heldOut: z.array(z.strictObject({ file: z.string().min(1), sha256 })).optional(),
  /** How the weights came to be, in words; the command line that does it again. */
  recipe: z.string().min(1),
  seed: z.number().int(),
  trained: z.looseObject({
    date: z.iso.date(),
    minutes: z.number().nonnegative(),
    steps: z.number().int().nonnegative(),
    host: z.string(),
    cores: count,
  }),
  figures: z.array(table),
  /** What the network is not good for, in words. */
  limits: z.array(z.string()),
  selfTest,
  /** Of a reconstructor; without it, its reconstructions come with no trust figure. */
  trust: trust.optional(),
  /** Of a classifier; without it, the tiles alone decide. */
  spectrum: spectrum.optional(),
});

/** The schema of `card.json`: what a network is, and how it came to be. Keys that it does not know are kept. */
export const cardSchema = card.loose();
export type ModelCard = z.infer<typeof card>;
export type ModelKind = ModelCard["kind"];
export type Sees = (typeof SEES)[number];
export type ModelTrust = z.infer<typeof trust>;
export type ModelSpectrum = z.infer<typeof spectrum>;
export type ModelDistance = z.infer<typeof distance>;
export type SelfTest = z.infer<typeof selfTest>;
export type FigureTable = z.infer<typeof table>;

function fitTogether(
  layers: readonly { weights: number[][]; bias: number[] }[],
  taken: number,
  given: number,
): boolean {
  let inputs = taken;
  for (const { weights, bias } of layers) {
    if (bias.length !== weights.length || weights.some((row) => row.length !== inputs)) return false;
    inputs = weights.length;
  }
  return inputs === given;
}
