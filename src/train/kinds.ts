import type { ModelCard, ModelKind } from "../models/card.js";
import { RESUNET_LITE_MULTIPLE } from "./architectures/resunet-lite.js";
import { SDCNN_SIDE } from "./architectures/sdcnn.js";
import { classifierTask } from "./loop/classifier-task.js";
import { reconstructorTask } from "./loop/reconstructor-task.js";
import type { Task } from "./loop/task.js";

/** One of the two networks that can be trained, and what its card says about it whatever it was trained on. */
export interface TrainingKind {
  readonly kind: ModelKind;
  /** Name of the model where none is given. */
  readonly name: string;
  readonly task: Task;
  /** Steps between two validations, about five minutes on two cores. */
  readonly stepsPerEpoch: number;
  readonly input: ModelCard["input"];
  readonly output: string;
  readonly selfTestShape: readonly [number, number, number, number];
  /** What an example is, for the recipe. */
  readonly examples: string;
  readonly limits: readonly string[];
}

const COMMON_LIMITS = [
  "Learnt from computed defocus (weak-object and Abbe models of positive phase contrast), never from through-focus stacks of a microscope.",
  "Fluorescence, brightfield, DIC and negative phase contrast were not trained on.",
];

export const TRAINING_KINDS: Readonly<Record<ModelKind, TrainingKind>> = {
  classifier: {
    kind: "classifier",
    name: "sdcnn",
    task: classifierTask,
    stepsPerEpoch: 120,
    input: {
      size: SDCNN_SIDE,
      channels: 3,
      standardisation:
        "mean 0, s.d. 1 over the frame, each channel by itself; mono repeated three times; of each tile (536 px or about a third of " +
        "the frame) the 134-px window at native resolution a quarter down from the most contrast; smaller tiles whole, magnified",
    },
    output: "[n, 2]: P(focused), P(defocused)",
    selfTestShape: [2, SDCNN_SIDE, SDCNN_SIDE, 3],
    examples:
      "structured windows at native resolution (a quarter reduced by up to 2), half of them within 0.35 DOF units (λ/NA²) of focus, " +
      "half at 1 to 5.2; first of 92 px, then of 134 px; noise, light, contrast, gamma and tint drawn; cross-entropy",
    limits: [
      ...COMMON_LIMITS,
      "Between 0.35 and 1 DOF unit either answer may come.",
      "A tile without cells says nothing about focus; refocusd leaves such tiles out.",
    ],
  },
  reconstructor: {
    kind: "reconstructor",
    name: "resunet-lite",
    task: reconstructorTask,
    stepsPerEpoch: 600,
    input: {
      multiple: RESUNET_LITE_MULTIPLE,
      channels: 1,
      standardisation: "mean 0, s.d. 1 over the frame, each channel by itself",
    },
    output: "[n, height, width, 1]: the focused frame in the input's standardised units",
    selfTestShape: [1, 96, 96, 1],
    examples:
      "crops of 160 px, 15 % of them within 0.35 DOF units of focus, the others at 0.35 to 5.2; the same camera noise on both sides, and " +
      "for 30 % the same gamma or cut-off contrast; loss: pseudo-Huber error, joined by 1 − SSIM from 10 to 25 % of the training on",
    limits: [
      ...COMMON_LIMITS,
      "Beyond 5 DOF units nothing was learnt.",
      "Detail that defocus has removed is filled in from what such cells usually look like: it is not a measurement.",
    ],
  },
};
