import { describe, expect, test } from "vitest";
import { recipeOf, taskOf, trainingPlan } from "../../src/train/plan.js";
import { rateAt } from "../../src/train/recipes.js";

describe("trainingPlan", () => {
  test("is ours where nothing is asked for", () => {
    expect(trainingPlan("classifier", {})).toEqual({
      kind: "classifier",
      architecture: "sdcnn",
      recipe: "ours",
      length: { minutes: 75 },
    });
    expect(trainingPlan("reconstructor", {})).toEqual({
      kind: "reconstructor",
      architecture: "resunet-guided",
      recipe: "ours",
      loss: "huber+ssim",
      length: { minutes: 75 },
    });
  });

  test("takes each choice by itself", () => {
    expect(trainingPlan("reconstructor", { architecture: "resunet", recipe: "paper" })).toMatchObject({
      architecture: "resunet",
      loss: "ssim",
      length: { epochs: 60 },
    });
    expect(trainingPlan("reconstructor", { loss: "l1", length: { minutes: 3 } })).toMatchObject({
      architecture: "resunet-guided",
      recipe: "ours",
      loss: "l1",
      length: { minutes: 3 },
    });
    expect(trainingPlan("classifier", { architecture: "resnet50v2", recipe: "paper", length: { epochs: 2 } })).toEqual({
      kind: "classifier",
      architecture: "resnet50v2",
      recipe: "paper",
      length: { epochs: 2 },
    });
  });

  test.each([
    [
      "classifier",
      { architecture: "unet" },
      /no architecture unet for a classifier; known: sdcnn, sdcnn-tiles, resnet50v2/,
    ],
    [
      "reconstructor",
      { recipe: "paper-finetune" },
      /no recipe paper-finetune for a reconstructor; known: ours, paper, lab\)/,
    ],
    ["reconstructor", { loss: "l2" }, /no loss l2/],
    ["classifier", { loss: "ssim" }, /cross-entropy/],
    ["classifier", { length: { epochs: 5 } }, /knows no epochs/],
  ] as const)("refuses for a %s %o", (kind, wishes, words) => {
    expect(() => trainingPlan(kind, wishes)).toThrow(words);
  });
});

describe("the paper's recipes", () => {
  const rates = (recipe: "paper" | "paper-finetune", passes: readonly number[]) => {
    const { optimiser, schedule } = recipeOf({ kind: "classifier", recipe });
    return passes.map((pass) => optimiser.rate * rateAt(schedule, { step: 1000 * pass, progress: pass / 50, pass }));
  };

  test("SDCNN: SGD with momentum 0.9, 0.001 halved every 5 epochs, batches of 4, 50 epochs, the best kept", () => {
    expect(recipeOf({ kind: "classifier", recipe: "paper" })).toMatchObject({
      optimiser: { name: "momentum", momentum: 0.9 },
      batch: 4,
      length: { epochs: 50 },
      keep: "best",
    });
    expect(rates("paper", [0, 4, 5, 9, 10, 49])).toEqual([1e-3, 1e-3, 5e-4, 5e-4, 2.5e-4, 1e-3 / 512]);
  });

  test("fine-tuning: 0.0002, and 0.0001 after 25 epochs", () => {
    expect(rates("paper-finetune", [0, 24, 25, 49, 60])).toEqual([2e-4, 2e-4, 1e-4, 1e-4, 1e-4]);
  });

  test("ResUNet: Nadam's defaults, SSIM, batches of 2, 60 epochs", () => {
    expect(recipeOf({ kind: "reconstructor", recipe: "paper" })).toMatchObject({
      optimiser: { name: "nadam", rate: 1e-3 },
      schedule: { kind: "constant" },
      loss: "ssim",
      batch: 2,
      length: { epochs: 60 },
    });
    expect(taskOf(trainingPlan("reconstructor", { architecture: "resunet", recipe: "paper" }))).toMatchObject({
      architecture: "resunet",
      batch: 2,
    });
  });
});
