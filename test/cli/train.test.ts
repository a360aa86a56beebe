import { Command, CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { addTrainCommand } from "../../src/cli/train.js";
import { validationText } from "../../src/cli/train-progress.js";

function program(): Command {
  const root = new Command("refocusd");
  addTrainCommand(root);
  const quiet = (command: Command) => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    for (const child of command.commands) quiet(child);
  };
  quiet(root);
  return root;
}

describe("refocusd train", () => {
  test("shows the two networks, and not what it calls itself", () => {
    const train = program().commands.find((command) => command.name() === "train");
    expect(train?.helpInformation()).toContain("classifier");
    expect(train?.helpInformation()).toContain("reconstructor");
    expect(train?.helpInformation()).not.toContain("pool");
  });

  test.each([
    ["no folder of frames", ["classifier"]],
    ["no time", ["classifier", "--data", "x", "--minutes", "0"]],
    ["half a thread", ["classifier", "--data", "x", "--threads", "0.5"]],
    ["a negative seed", ["reconstructor", "--data", "x", "--seed", "-1"]],
    ["a name that leads elsewhere", ["reconstructor", "--data", "x", "--name", "../models"]],
    ["minutes and epochs at once", ["classifier", "--data", "x", "--minutes", "3", "--epochs", "2"]],
    ["half an epoch", ["classifier", "--data", "x", "--epochs", "0.5"]],
    ["a loss for a classifier", ["classifier", "--data", "x", "--loss", "ssim"]],
    ["a network that there is not", ["transformer", "--data", "x"]],
  ])("refuses %s", async (_, args) => {
    await expect(program().parseAsync(["node", "refocusd", "train", ...args])).rejects.toBeInstanceOf(CommanderError);
  });
});

describe("what is told of a validation", () => {
  test("of a classifier: accuracy, and by band", () => {
    expect(validationText({ figures: { score: -0.1, "0-0.35": 0.9, accuracy: 0.9321 } })).toBe(
      "accuracy 0.932 (0-0.35: 0.900)",
    );
  });

  test("of a reconstructor: SSIM before and after, and near focus", () => {
    const figures = { score: 1.6, "0-0.35 after": 0.98, "all before": 0.6, "all after": 0.7123 };
    expect(validationText({ figures })).toBe("SSIM 0.600 → 0.712, near focus 0.980");
  });
});
