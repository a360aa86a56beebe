import { Command, CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { addCrossvalCommand } from "../../src/cli/crossval.js";
import { addPoolCommand, poolArguments } from "../../src/cli/train-pool.js";

const quiet = (command: Command) => {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  for (const child of command.commands) quiet(child);
};

describe("refocusd crossval refuses", () => {
  const usual = ["--data", "x", "--out", "y.json"];
  test.each([
    ["no folder of frames", ["classifier", "--out", "y.json"]],
    ["nowhere to write to", ["classifier", "--data", "x"]],
    ["one fold", ["classifier", ...usual, "--folds", "1"]],
    ["half a field", ["classifier", ...usual, "--sizes", "1,2.5"]],
    ["no field", ["reconstructor", ...usual, "--sizes", "0,all"]],
    ["a size that is none", ["reconstructor", ...usual, "--sizes", "1,,all"]],
    ["folds and sizes at once", ["reconstructor", ...usual, "--folds", "3", "--sizes", "all"]],
    ["minutes and epochs at once", ["classifier", ...usual, "--minutes", "3", "--epochs", "2"]],
    ["a loss for a classifier", ["classifier", ...usual, "--loss", "ssim"]],
    ["a network that there is not", ["transformer", ...usual]],
  ])("%s", async (_, args) => {
    const program = new Command("refocusd");
    addCrossvalCommand(program);
    quiet(program);
    await expect(program.parseAsync(["node", "refocusd", "crossval", ...args])).rejects.toBeInstanceOf(CommanderError);
  });
});

describe("the command line that renders a pool", () => {
  const plan = { data: "d", size: 7, seed: 2, splitSeed: 4 };

  test.each([
    [plan, { data: "d", work: "w", poolSize: 7, seed: 2, splitSeed: 4 }],
    [
      { ...plan, fold: { index: 1, count: 5 } },
      { fold: 2, folds: 5 },
    ],
    [
      { ...plan, mostFields: 10, sampling: 0.475, compared: true },
      { mostFields: 10, sampling: 0.475, compared: true },
    ],
  ])("of %o is understood as it was meant", (wanted, options) => {
    const train = new Command("train");
    addPoolCommand(train);
    const pool = train.commands[0]!;
    let seen: unknown;
    pool.action((given: unknown) => {
      seen = given;
    });
    const [command, name, ...args] = poolArguments(wanted, "w");
    expect([command, name]).toEqual(["train", "pool"]);
    pool.parse(args, { from: "user" });
    expect(seen).toMatchObject(options);
  });
});
