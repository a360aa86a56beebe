import { dirname, resolve } from "node:path";
import { configForOneShot, type OneShotOptions } from "../config/defaults.js";
import type { Config } from "../config/schema.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { FrameStory } from "../ledger/story.js";
import { isHoldCode } from "../ledger/types.js";
import type { Log } from "../log/log.js";
import { DiskGuard } from "../pipeline/disk-guard.js";
import type { Hold } from "../pipeline/messages.js";
import type { Clock } from "../system/clock.js";
import { systemFreeBytes, systemTryWrite } from "../system/disk-space.js";
import { systemFileSystem } from "../system/file-system.js";
import { checkContainer } from "../watch/containers/index.js";
import { settlePaths } from "../watch/settle-paths.js";
import type { WatchSink } from "../watch/sink.js";
import { createLedgerSink } from "./daemon/ledger-sink.js";
import { outcomeLine } from "./outcome-line.js";
import { forThroughput, guardedFolders, thisMachine } from "./settings.js";
import { openWorkshop } from "./workshop.js";

export interface OneShotRequest {
  /** Files and folders. */
  readonly paths: readonly string[];
  readonly state: string;
  readonly out: string;
  readonly settings?: OneShotOptions["settings"];
}

/** Why frames are left without their reconstruction, for one of the folders that were given. */
export interface LeftOver {
  readonly frames: number;
  readonly hold: Hold;
}

export interface OneShotDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** One call for each frame, when it has come to its end (or was at its end before). */
  readonly onFrame: (story: FrameStory) => void;
  /** Frames that are known so far, and how many of them are at their end. */
  readonly onProgress?: (done: number, known: number) => void;
}

export interface OneShotResult {
  readonly frames: number;
  /** Frames that ended without a verdict. */
  readonly failed: number;
  /** Given paths at which there is nothing. */
  readonly missing: readonly string[];
  /** Names in the given folders that are not frames, by rule. */
  readonly ignored: Readonly<Record<string, number>>;
  readonly interrupted: boolean;
  /** Frames that were judged and not reconstructed, since there was no room for it. */
  readonly held: readonly LeftOver[];
}

/** Nobody waits minutes on the command line for a file that stays incomplete. */
const STALE_MS = 2_000;
const QUIET_MS = 1_000;

/** The daemon's way for files that are there already: settles, judges and reconstructs them, and ends. */
export async function processOnce(request: OneShotRequest, deps: OneShotDeps): Promise<OneShotResult> {
  const { clock, log } = deps;
  const paths = request.paths.map((path) => resolve(path));
  const roots = await rootsOf(paths);
  const config = oneShotConfig(request, roots);
  const told = new Set<string>();
  const own = new Set<string>();
  let ended = 0;
  let failed = 0;

  let pump = () => {};
  const guard = new DiskGuard(() => guardedFolders(config), {
    clock,
    log,
    freeBytes: systemFreeBytes,
    tryWrite: systemTryWrite,
    onChange: () => pump(),
  });
  await guard.check();
  const workshop = await openWorkshop(() => config, {
    clock,
    log,
    holding: () => guard.holding,
    refused: (output) => guard.refused(output),
    onOutcome: (outcome) => {
      const { level, message, fields } = outcomeLine(outcome);
      log[level](message, fields);
      if (outcome.kind !== "retry") tell(outcome.job.path);
    },
  });
  const { ledger, dispatcher } = workshop;
  pump = () => dispatcher.pump();
  guard.start();

  /** Reports the pages of a file that have come to their end and were not reported before. */
  function tell(path: string): void {
    if (!own.has(path)) return;
    for (const story of ledger.story(path)) {
      const key = `${story.id}`;
      if (!story.isCurrent || told.has(key) || !isAtEnd(story)) continue;
      told.add(key);
      ended++;
      if (story.verdict === null) failed++;
      deps.onFrame(story);
    }
    deps.onProgress?.(ended, Math.max(ended, own.size));
  }

  try {
    const sinks = new Map(
      roots.map((root) => [
        root,
        createLedgerSink({ root, naming: "nis" }, { ledger, onReady: () => dispatcher.pump(), onRejected: tell }),
      ]),
    );
    // The longest root that holds the path: nested folders may be given.
    const sinkOf = (path: string): WatchSink => {
      const root = roots.filter((r) => path.startsWith(`${r}/`)).sort((a, b) => b.length - a.length)[0];
      const sink = root === undefined ? undefined : sinks.get(root);
      if (!sink) throw new RefocusdError("RF_INTERNAL", `${path} is in none of the given folders`);
      return sink;
    };
    const settled = await settlePaths(
      paths,
      {
        include: config.watch[0]?.include ?? [],
        exclude: [],
        polling: false,
        quietMs: QUIET_MS,
        staleMs: STALE_MS,
        never: [config.state, resolve(request.out)],
      },
      {
        clock,
        fs: systemFileSystem,
        log,
        check: checkContainer,
        sink: {
          known: (path) => sinkOf(path).known(path),
          seen(path, at) {
            own.add(path);
            sinkOf(path).seen(path, at);
          },
          settled(file) {
            own.add(file.path);
            sinkOf(file.path).settled(file);
          },
          rejected(path, ...rest) {
            own.add(path);
            sinkOf(path).rejected(path, ...rest);
          },
          gone(path, at) {
            sinkOf(path).gone(path, at);
            tell(path);
          },
        },
      },
      deps.signal,
    );
    for (const path of settled.files) {
      own.add(path);
      tell(path);
    }
    await Promise.race([dispatcher.idle(), aborted(deps.signal)]);
    for (const path of settled.files) tell(path);
    return {
      frames: ended,
      failed,
      missing: settled.missing,
      ignored: settled.ignored,
      interrupted: deps.signal?.aborted ?? false,
      held: [...guard.holding].flatMap(([root, hold]) => {
        const frames = heldFrames(ledger, root, own);
        return frames === 0 ? [] : [{ frames, hold }];
      }),
    };
  } finally {
    guard.stop();
    await workshop.close(deps.signal?.aborted ? 5_000 : 60_000);
  }
}

/** A folder is a root of its own; a file's root is the folder it lies in. */
async function rootsOf(paths: readonly string[]): Promise<string[]> {
  const roots = new Set<string>();
  for (const path of paths) {
    const stat = await systemFileSystem.stat(path).catch(() => undefined);
    roots.add(stat?.kind === "directory" && !looksLikeAFrame(path) ? path : dirname(path));
  }
  return [...roots];
}

/** A folder named like a frame is refused as one, not searched. */
function looksLikeAFrame(path: string): boolean {
  return /\.(tiff?|png|jpe?g|nd2)$/i.test(path);
}

function oneShotConfig({ state, out, settings }: OneShotRequest, roots: readonly string[]): Config {
  const { workers, threads } = forThroughput(thisMachine());
  const all = { workers, ...settings, engine: { threads, ...settings?.engine } };
  return configForOneShot({ state, out, roots, settings: all });
}

/** @returns how many of these files' frames wait until there is room. */
function heldFrames(ledger: Pick<Ledger, "select">, root: string, files: ReadonlySet<string>): number {
  const sql =
    "SELECT path, error_code AS code FROM frames WHERE root = ? AND state = 'ready' AND error_code IS NOT NULL";
  const rows = ledger.select<{ path: string; code: string }>(sql, root);
  return rows.filter(({ path, code }) => files.has(path) && isHoldCode(code)).length;
}

function isAtEnd({ state }: FrameStory): boolean {
  return state === "done" || state === "quarantined" || state === "gone";
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}
