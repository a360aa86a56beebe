import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { RefocusdError } from "../errors/refocusd-error.js";
import { refuseExisting } from "../simulate/check-target.js";
import { framesOfFolder, listFrames } from "../simulate/folder-frames.js";
import { type SimulatedFrame, simulate, type WrittenFrame } from "../simulate/microscope.js";
import { WRITE_MODES, type WriteMode } from "../simulate/write-plan.js";
import { EXIT, exitWith } from "./exit.js";
import { numberIn } from "./numbers.js";
import { stopSignal } from "./stop-signal.js";

interface Options {
  readonly to: string;
  readonly from?: string;
  readonly phantom?: true;
  readonly interval: number;
  readonly write: number;
  readonly mode: WriteMode;
  readonly positions: number;
  readonly times: number;
  readonly size: number;
  readonly defocused: number;
  readonly seed: number;
  readonly json?: true;
}

export function addSimulateCommand(program: Command): void {
  program
    .command("simulate")
    .description("a microscope for trying things out: writes frames into a folder slowly, as NIS-Elements does")
    .requiredOption("--to <folder>", "where the frames are written; made if it is not there")
    .option("--from <folder>", "take the frames of this folder, byte for byte and with their names")
    .option("--phantom", "render a time-lapse of cells that do not exist")
    .option("--interval <seconds>", "from the beginning of one frame to the next", numberIn("--interval", 0, 86_400), 2)
    .option("--write <seconds>", "how long one frame is being written", numberIn("--write", 0, 3600), 0.8)
    .addOption(new Option("--mode <mode>", "how a file comes to the disk").choices(WRITE_MODES).default("nis"))
    .option("--positions <n>", "phantom: stage positions", numberIn("--positions", 1, 100, "whole"), 2)
    .option("--times <n>", "phantom: time points", numberIn("--times", 1, 100_000, "whole"), 12)
    .option("--size <pixels>", "phantom: side of a frame", numberIn("--size", 64, 4096, "whole"), 576)
    .option("--defocused <share>", "phantom: share of frames that are out of focus", numberIn("--defocused", 0, 1), 0.2)
    .option("--seed <n>", "phantom: another seed, other cells", numberIn("--seed", 0, 2 ** 31 - 1, "whole"), 1)
    .option("--json", "print one JSON object per frame and line")
    .action(async (options: Options) => {
      try {
        const { frames, count } = await source(options);
        const signal = stopSignal();
        let written = 0;
        const tell = (frame: WrittenFrame) =>
          process.stdout.write(line(frame, ++written, count, options.json === true));
        await simulate({
          frames,
          target: resolve(options.to),
          intervalMs: options.interval * 1000,
          writeMs: options.write * 1000,
          mode: options.mode,
          signal,
          onWritten: tell,
        });
        if (written < count) process.exitCode = EXIT.someFailed;
      } catch (error) {
        exitWith(error);
      }
    });
}

type Frames = AsyncIterable<SimulatedFrame> | Iterable<SimulatedFrame>;

async function source(options: Options): Promise<{ readonly frames: Frames; readonly count: number }> {
  const target = resolve(options.to);
  if ((options.from === undefined) === (options.phantom === undefined)) {
    throw new RefocusdError("RF_USAGE", "give either --from <folder> or --phantom");
  }
  if (options.from !== undefined) {
    const folder = resolve(options.from);
    const names = await listFrames(folder);
    await refuseExisting(target, names);
    return { frames: framesOfFolder(folder, names), count: names.length };
  }
  // Loaded only when asked for: the optics bring a WASM module along.
  const { phantomExport, phantomNames } = await import("../train/phantom/phantom-export.js");
  const phantom = { ...options, prefix: "phantom" };
  const names = phantomNames(phantom);
  await refuseExisting(target, names);
  return { frames: phantomExport(phantom), count: names.length };
}

function line(frame: WrittenFrame, number: number, count: number, json: boolean): string {
  if (json) return `${JSON.stringify(frame)}\n`;
  const width = String(count).length;
  const megabytes = (frame.size / 1e6).toFixed(2);
  const note = frame.note === undefined ? "" : `  ${frame.note}`;
  return `${String(number).padStart(width)}/${count}  ${frame.name}  ${megabytes} MB${note}\n`;
}
