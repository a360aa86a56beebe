import type { LayersModel } from "@tensorflow/tfjs";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { ModelCard, ModelKind } from "../../models/card.js";
import type { SavedTensor } from "../loop/checkpoint.js";
import type { Tf } from "../tfjs.js";
import { buildResnet50v2 } from "./resnet50v2.js";
import { buildResunet, buildUnet, GREY, QUARTER_WIDTHS, RESUNET_SIDE } from "./resunet.js";
import { buildResunetGuided, buildResunetLite, guidedWeights, RESUNET_LITE_MULTIPLE } from "./resunet-lite.js";
import { buildSdcnn, SDCNN_SIDE } from "./sdcnn.js";

/** A network that can be trained, and what its card says of it whatever it was trained on. */
export interface Architecture {
  readonly kind: ModelKind;
  build(tf: Tf): LayersModel;
  /** The same weights for the images that it is trained on, where these have other sizes. */
  readonly buildForTraining?: (tf: Tf) => LayersModel;
  /** A simpler architecture that it can start from as well, and weights to begin with of those of a model of either. */
  readonly adopts?: {
    readonly from: string;
    readonly weights: (own: readonly SavedTensor[]) => readonly SavedTensor[];
  };
  readonly input: ModelCard["input"];
  readonly output: string;
  readonly selfTestShape: readonly [number, number, number, number];
  /** Of a reconstructor: sides of the crops that it learns from and is validated on, px. */
  readonly crop?: { readonly train: number; readonly validation: number };
}

const WHOLE_FRAME = "mean 0, s.d. 1 over the frame, each channel by itself";
const JUDGED: Omit<Architecture, "build"> = {
  kind: "classifier",
  input: {
    size: SDCNN_SIDE,
    channels: 3,
    standardisation:
      `${WHOLE_FRAME}; mono repeated three times; of each tile (536 px or about a third of ` +
      "the frame) the 134-px window at native resolution a quarter down from the most contrast; smaller tiles whole, magnified",
  },
  output: "[n, 2]: P(focused), P(defocused)",
  selfTestShape: [2, SDCNN_SIDE, SDCNN_SIDE, 3],
};
/** As in the paper: each tile as a whole. */
const JUDGED_WHOLE: typeof JUDGED = {
  ...JUDGED,
  input: {
    ...JUDGED.input,
    sees: "tile",
    standardisation: `${WHOLE_FRAME}; mono repeated three times; each tile (536 px or about a third of the frame) as a whole, made 134 px wide bilinearly`,
  },
};
const RESTORED = "[n, height, width, 1]: the focused frame in the input's standardised units";
const PUBLISHED: Omit<Architecture, "build"> = {
  kind: "reconstructor",
  input: {
    size: RESUNET_SIDE,
    channels: 1,
    standardisation:
      `${WHOLE_FRAME}; the network itself makes grey values of them, ${GREY.scale} a s.d. around ${GREY.offset}, and clips its answer to ` +
      `0 … ${GREY.largest}; frames go through in overlapping tiles that are blended`,
  },
  output: RESTORED,
  selfTestShape: [1, RESUNET_SIDE, RESUNET_SIDE, 1],
  crop: { train: RESUNET_SIDE, validation: RESUNET_SIDE },
};

const ARCHITECTURES = {
  sdcnn: { ...JUDGED, build: (tf) => buildSdcnn(tf), buildForTraining: (tf) => buildSdcnn(tf, null) },
  "sdcnn-tiles": {
    ...JUDGED_WHOLE,
    build: (tf) => buildSdcnn(tf),
    buildForTraining: (tf) => buildSdcnn(tf, null),
    adopts: { from: "sdcnn", weights: (own) => own },
  },
  resnet50v2: { ...JUDGED, build: (tf) => buildResnet50v2(tf), buildForTraining: (tf) => buildResnet50v2(tf, null) },
  "resunet-lite": {
    kind: "reconstructor",
    build: buildResunetLite,
    input: { multiple: RESUNET_LITE_MULTIPLE, channels: 1, standardisation: WHOLE_FRAME },
    output: RESTORED,
    selfTestShape: [1, 96, 96, 1],
    // Of 128 px, a third lies within the reach of a strong blur from an edge, beyond which nothing can be known.
    crop: { train: 160, validation: 256 },
  },
  "resunet-guided": {
    kind: "reconstructor",
    build: buildResunetGuided,
    adopts: { from: "resunet-lite", weights: guidedWeights },
    input: {
      multiple: RESUNET_LITE_MULTIPLE,
      channels: 2,
      standardisation: `${WHOLE_FRAME}; beside it what the optics alone make of it, by Wiener's estimate, or itself once more where they are not known`,
    },
    output: RESTORED,
    selfTestShape: [1, 96, 96, 2],
    crop: { train: 160, validation: 256 },
  },
  resunet: { ...PUBLISHED, build: (tf) => buildResunet(tf) },
  unet: { ...PUBLISHED, build: (tf) => buildUnet(tf) },
  "resunet-quarter": { ...PUBLISHED, build: (tf) => buildResunet(tf, { widths: QUARTER_WIDTHS }) },
  "unet-quarter": { ...PUBLISHED, build: (tf) => buildUnet(tf, { widths: QUARTER_WIDTHS }) },
} satisfies Record<string, Architecture>;

export type ArchitectureName = keyof typeof ARCHITECTURES;

/** Names of all architectures, or of those of a kind. */
export function architectureNames(kind?: ModelKind): ArchitectureName[] {
  const names = Object.keys(ARCHITECTURES) as ArchitectureName[];
  return names.filter((name) => kind === undefined || ARCHITECTURES[name].kind === kind);
}

/** @throws RF_MODEL_INVALID for a name that there is not */
export function architectureOf(name: string): Architecture {
  if (!Object.hasOwn(ARCHITECTURES, name)) {
    throw new RefocusdError("RF_MODEL_INVALID", `architecture ${name}; known: ${architectureNames().join(", ")}`);
  }
  return ARCHITECTURES[name as ArchitectureName];
}

/** Builds an architecture by the name that a model card gives. @throws RF_MODEL_INVALID */
export function buildArchitecture(tf: Tf, name: string): LayersModel {
  return architectureOf(name).build(tf);
}
