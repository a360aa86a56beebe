import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { namesText, namingOf, testNames } from "../app/names.js";
import { loadConfig } from "../config/load.js";
import { namePatternProblem } from "../config/name-pattern.js";
import { watchSchema } from "../config/schema.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Naming } from "../frames/name-reader.js";
import { EXIT, exitWith } from "./exit.js";

interface Options {
  readonly config?: string;
  readonly naming: Naming["naming"];
  readonly pattern?: readonly string[];
  readonly json?: true;
}

export function addNamesCommand(program: Command): void {
  program
    .command("names")
    .description("how file names are read")
    .command("test")
    .description("show what is read from each name, and count those that no pattern reads; the files need not exist")
    .argument("<files...>", "file names")
    .option("-c, --config <file>", "configuration file: naming and namePatterns of the folder that the file lies in")
    .addOption(
      new Option("--naming <preset>", "without a configuration file: how names are read")
        .choices(Object.values(watchSchema.shape.naming.unwrap().enum))
        .default("nis"),
    )
    .option(
      "--pattern <expression>",
      "without a configuration file: a regular expression, as in namePatterns; may be repeated",
      (expression, before: readonly string[] = []) => [...before, expression],
    )
    .option("--json", "print JSON")
    .action(async (files: string[], options: Options) => {
      try {
        const naming = await namingFor(options);
        const report = testNames(files, naming);
        process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : namesText(report));
        if (report.unread > 0) process.exitCode = EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      }
    });
}

async function namingFor({ config: file, naming, pattern = [] }: Options): Promise<(file: string) => Naming> {
  if (file !== undefined) {
    const config = await loadConfig(file);
    return (path) => namingOf(config, resolve(path));
  }
  for (const expression of pattern) {
    const problem = namePatternProblem(expression);
    if (problem) throw new RefocusdError("RF_USAGE", `--pattern ${expression}: ${problem}`);
  }
  const own: Naming = { naming, namePatterns: pattern };
  return () => own;
}
