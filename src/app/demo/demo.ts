import { rm } from "node:fs/promises";
import { configForOneShot } from "../../config/defaults.js";
import { asRefocusdError } from "../../errors/refocusd-error.js";
import { openLedgerReader } from "../../ledger/open.js";
import { bundledModels, findModel } from "../../models/registry.js";
import { writeDailyLog } from "../../report/daily-log.js";
import { dayAt, localTimeZone } from "../../report/local-day.js";
import { framesOfFolder, listFrames } from "../../simulate/folder-frames.js";
import { simulate } from "../../simulate/microscope.js";
import type { Clock } from "../../system/clock.js";
import { ledgerPath } from "../workshop.js";
import { startDaemonProcess } from "./daemon-process.js";
import { type DemoFolder, makeDemoFolder } from "./demo-folder.js";
import { headLine, painter, placesText, summaryText, type TimedRow, verdictLine } from "./demo-text.js";
import { bundledSamples, readTruth } from "./truth.js";
import { verdictRows } from "./verdict-rows.js";

export interface DemoOptions {
  /** Where everything is put; a temporary folder if not given. */
  readonly folder?: string;
  /** Keeps the folder even when the demonstration is stopped half way. */
  readonly keep?: boolean;
  readonly models?: string;
  readonly samples?: string;
}

export interface DemoDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  readonly colour: boolean;
}

export type DemoEnd = "complete" | "incomplete" | "interrupted";

/** From the beginning of one frame to the beginning of the next: 24 frames in 19 s. */
const INTERVAL_MS = 800;
const WRITE_MS = 450;
const LOOK_MS = 250;
/** After the last frame is written. */
const PATIENCE_MS = 60_000;

/** Shows the whole way on the samples: a microscope writes, a daemon watches, verdicts and reconstructions come. */
export async function runDemo(options: DemoOptions, deps: DemoDeps): Promise<DemoEnd> {
  const { clock, signal, print, colour } = deps;
  const paint = painter(colour);
  const samples = options.samples ?? bundledSamples();
  const truths = await readTruth(samples);
  const names = await listFrames(samples);
  await checkModels(options.models);
  const folder = await makeDemoFolder(options.folder, options.models === undefined ? {} : { models: options.models });
  print(`refocusd demo in ${folder.root}`);
  print(`starting the daemon: refocusd run -c ${folder.config}`);
  const daemon = await startDaemonProcess(folder, clock, signal);
  if (daemon === undefined) return interrupted(folder, options, print);
  print(`it is ready (process ${daemon.pid}): ${daemon.engine}; ${daemon.models.join(", ")}`);
  print(`a microscope now writes ${names.length} frames, bit by bit, into ${folder.incoming}`);
  print("");

  const nameWidth = Math.max(...names.map(({ length }) => length));
  print(headLine(nameWidth, paint));
  const written = new Map<string, number>();
  const timed = (row: ReturnType<typeof verdictRows>[number]): TimedRow => ({
    ...row,
    writtenMs: written.get(row.path) ?? null,
  });
  let lastWrittenMs = Number.POSITIVE_INFINITY;
  const microscope = simulate({
    frames: framesOfFolder(samples, names),
    target: folder.incoming,
    intervalMs: INTERVAL_MS,
    writeMs: WRITE_MS,
    mode: "nis",
    signal,
    onWritten: ({ path, writtenAtMs }) => written.set(path, writtenAtMs),
    clock,
  })
    .catch((error: unknown) => print(`the microscope failed: ${asRefocusdError(error).message}`))
    .finally(() => {
      lastWrittenMs = clock.monotonic();
    });
  let rows: TimedRow[] = [];
  const ledger = openLedgerReader(ledgerPath(folder.state), { clock });
  try {
    while (rows.length < names.length && !signal.aborted && !daemon.hasEnded()) {
      if (clock.monotonic() - lastWrittenMs > PATIENCE_MS) break;
      await clock.sleep(LOOK_MS, signal);
      const told = rows.length;
      rows = verdictRows(ledger).map(timed);
      for (const row of rows.slice(told)) print(verdictLine(row, nameWidth, paint));
    }
  } finally {
    ledger.close();
  }
  await microscope;

  print("");
  const clean = await daemon.stop();
  if (signal.aborted) return interrupted(folder, options, print);
  print(
    clean
      ? "the daemon was asked to end, and ended cleanly"
      : `the daemon did not end cleanly: see ${folder.daemonLog}`,
  );
  const day = dayAt(clock.now(), localTimeZone());
  const log = await writeDailyLog({ ledgerPath: ledgerPath(folder.state), day, folder: folder.log, clock });
  // Loaded only here: the picture needs libvips, which the rest of the command does not.
  const { writeBeforeAfter } = await import("./before-after.js");
  const hasSheet = await writeBeforeAfter(rows, folder.sheet);
  print("");
  print(summaryText(rows, truths, paint));
  const example = (rows.find(({ reconstruction }) => reconstruction !== null) ?? rows[0])?.path ?? folder.incoming;
  print(placesText(folder, { dailyLog: log.path, hasSheet, example }, paint));
  const complete = truths.every(({ file }) => rows.some((row) => row.file === file && row.verdict !== null));
  return complete && clean ? "complete" : "incomplete";
}

/** Says at once what the daemon would say in its log. @throws RF_MODEL_MISSING, RF_MODEL_INVALID */
async function checkModels(directory: string | undefined): Promise<void> {
  const { classifier, reconstructor } = configForOneShot({ state: ".", out: "." }).models;
  await findModel(directory ?? bundledModels(), classifier, "classifier");
  await findModel(directory ?? bundledModels(), reconstructor, "reconstructor");
}

async function interrupted(folder: DemoFolder, options: DemoOptions, print: (line: string) => void): Promise<DemoEnd> {
  const keep = options.keep === true || options.folder !== undefined;
  if (!keep) await rm(folder.root, { recursive: true, force: true });
  print(keep ? `stopped; what there is lies in ${folder.root}` : "stopped; the folder is removed");
  return "interrupted";
}
