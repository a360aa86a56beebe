import type { ModelKind } from "../models/card.js";
import type { LossName } from "./losses/reconstruction.js";
import { type OptimiserChoice, optimiserInWords } from "./optimisers/index.js";

/** How the rate changes in the course of a training. */
export type Schedule =
  /** A linear warm-up over so many steps, then half a cosine down to 0 along the training. */
  | { readonly kind: "cosine"; readonly warmUpSteps: number }
  | { readonly kind: "constant" }
  /** Halved after every so many passes, at most so many times. */
  | { readonly kind: "halved"; readonly everyPasses: number; readonly times?: number };

/** How long a training is: minutes of steps over all sessions, or epochs, which are passes over the items of the pool. */
export type Length = { readonly minutes: number } | { readonly epochs: number };

/** How a network is trained, whatever it is and whatever is to be small. */
export interface Recipe {
  readonly optimiser: OptimiserChoice;
  readonly schedule: Schedule;
  /** `random`: each example from an item drawn anew. `passes`: each item once, in a new order, then the next pass. */
  readonly draw: "random" | "passes";
  /** Examples a step; else as the task has it. */
  readonly batch?: number;
  /** Which weights count: an average over about the last 500 steps, or those that had the best validation. */
  readonly keep: "average" | "best";
  /** Steps between two validations, about five minutes on two cores; with passes, each ends with one. */
  readonly stepsPerValidation?: number;
  /** Where nothing else is asked for. */
  readonly length: Length;
  /** Of a reconstructor, where no other is asked for. */
  readonly loss?: LossName;
  /** Of a classifier: parts of windows at first, and labels not quite 0 and 1. */
  readonly eases?: boolean;
  /** It goes on from weights that were trained before. */
  readonly startsFromModel?: boolean;
}

export const RECIPE_NAMES = ["ours", "paper", "paper-finetune", "lab"] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

const SGD = { name: "momentum", momentum: 0.9 } as const;

/** Ours, `lab` for minutes on a laboratory's own frames, and those of Xue et al. 2021. */
export const RECIPES: Readonly<Record<ModelKind, Partial<Record<RecipeName, Recipe>>>> = {
  classifier: {
    ours: {
      optimiser: { name: "adam", rate: 5e-4 },
      schedule: { kind: "cosine", warmUpSteps: 150 },
      draw: "random",
      keep: "average",
      stepsPerValidation: 120,
      length: { minutes: 75 },
      eases: true,
    },
    paper: {
      optimiser: { ...SGD, rate: 1e-3 },
      schedule: { kind: "halved", everyPasses: 5 },
      draw: "passes",
      batch: 4,
      keep: "best",
      length: { epochs: 50 },
    },
    "paper-finetune": {
      optimiser: { ...SGD, rate: 2e-4 },
      schedule: { kind: "halved", everyPasses: 25, times: 1 },
      draw: "passes",
      batch: 4,
      keep: "best",
      length: { epochs: 50 },
      startsFromModel: true,
    },
  },
  reconstructor: {
    ours: {
      optimiser: { name: "adam", rate: 3e-3 },
      schedule: { kind: "cosine", warmUpSteps: 150 },
      draw: "random",
      keep: "average",
      stepsPerValidation: 600,
      length: { minutes: 75 },
      loss: "huber+ssim",
    },
    lab: {
      // At 3e-3, with which it is trained from random weights, it unlearnt all and ended as the identity; 4e-4 moved it little. See "Adapting the
      // reconstructor" in bench/README.md.
      optimiser: { name: "adam", rate: 8e-4 },
      schedule: { kind: "cosine", warmUpSteps: 60 },
      draw: "random",
      batch: 4,
      keep: "average",
      length: { minutes: 8 },
      loss: "huber+ssim",
      startsFromModel: true,
    },
    paper: {
      optimiser: { name: "nadam", rate: 1e-3 },
      schedule: { kind: "constant" },
      draw: "passes",
      batch: 2,
      keep: "best",
      length: { epochs: 60 },
      loss: "ssim",
    },
  },
};

/** The rate of a step, as a share of the optimiser's. @param pass passes that are over */
export function rateAt(schedule: Schedule, at: { step: number; progress: number; pass: number }): number {
  switch (schedule.kind) {
    case "cosine": {
      const warm = Math.min(1, (at.step + 1) / schedule.warmUpSteps);
      return warm * (0.5 + 0.5 * Math.cos(Math.PI * Math.min(1, at.progress)));
    }
    case "constant":
      return 1;
    case "halved":
      return 0.5 ** Math.min(schedule.times ?? Number.POSITIVE_INFINITY, Math.floor(at.pass / schedule.everyPasses));
  }
}

/** Optimiser, schedule and what is kept, for the card. */
export function recipeInWords({ optimiser, schedule, batch, keep, draw }: Recipe): string {
  const kept =
    keep === "average"
      ? "weights averaged over about the last 500 steps"
      : "the weights of the best validation are kept";
  const each = draw === "passes" ? "; each epoch one pass over the items" : "";
  const size = batch === undefined ? "" : `; batches of ${batch}`;
  return `${optimiserInWords(optimiser)}${scheduleInWords(schedule)}${size}${each}; ${kept}.`;
}

function scheduleInWords(schedule: Schedule): string {
  switch (schedule.kind) {
    case "cosine":
      return " after a warm-up, falling by half a cosine";
    case "constant":
      return "";
    case "halved":
      return schedule.times === 1
        ? `, halved after ${schedule.everyPasses} epochs`
        : `, halved every ${schedule.everyPasses} epochs`;
  }
}
