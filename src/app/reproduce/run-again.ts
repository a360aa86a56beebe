import type { EngineChoice } from "../../engines/open-engine.js";
import { asRefocusdError, RefocusdError } from "../../errors/refocusd-error.js";
import type { FrameStory } from "../../ledger/story.js";
import type { Failure, FrameResult, PathStat } from "../../ledger/types.js";
import type { Log } from "../../log/log.js";
import { anyModel, modelByWeights } from "../../models/by-weights.js";
import type { ModelFolders } from "../../models/registry.js";
import type { WorkerIdentity, WorkerJob, WorkerSettings } from "../../pipeline/messages.js";
import { WorkerPool } from "../../pipeline/worker-pool.js";
import type { Clock } from "../../system/clock.js";
import { version } from "../version.js";

export interface RunAgainDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly models: ModelFolders;
}

export interface Rerun {
  readonly identity: WorkerIdentity;
  readonly threads: number | null;
  readonly outcome: { readonly result: FrameResult } | { readonly failure: Failure };
}

/** Runs recorded frames again, in a worker as the daemon does; it is kept for the next frame as long as that takes the same one. */
export interface Runner {
  /** @throws RF_MODEL_REPLACED, RF_MODEL_MISSING, RF_MODEL_INVALID, RF_ENGINE_MISSING, RF_ENGINE_FAILED */
  run(story: FrameStory, stat: PathStat, output: string): Promise<Rerun>;
  stop(): Promise<void>;
}

/** Nobody waits for a queue here; a frame that hangs is to end some time. */
const FRAME_MS = 600_000;

export function createRunner({ clock, log, models }: RunAgainDeps): Runner {
  let kept: { key: string; pool: WorkerPool; identity: WorkerIdentity } | undefined;

  async function open(settings: WorkerSettings): Promise<WorkerIdentity> {
    const pool = new WorkerPool({ size: 1, settings, frameMs: () => FRAME_MS }, { clock, log });
    try {
      const identity = await pool.start();
      kept = { key: JSON.stringify(settings), pool, identity };
      return identity;
    } catch (error) {
      await pool.stop();
      throw error;
    }
  }

  async function workerFor(settings: WorkerSettings): Promise<NonNullable<typeof kept>> {
    if (kept?.key !== JSON.stringify(settings)) {
      await kept?.pool.stop();
      kept = undefined;
      await open(settings).catch(async (error: unknown) => {
        // Its engine or its card is not here: on the one that is everywhere, and it is told as a circumstance.
        if (asRefocusdError(error).code !== "RF_ENGINE_MISSING") throw error;
        const { threads } = settings.engine;
        await open({ ...settings, engine: { kind: "onnx", ...(threads !== undefined && { threads }) } });
      });
    }
    if (kept === undefined) throw new RefocusdError("RF_INTERNAL", "no worker");
    return kept;
  }

  return {
    async run(story, stat, output) {
      const settings = await workerSettingsFor(story, models);
      const { pool, identity } = await workerFor(settings);
      const outcome = await pool.run(jobFor(story, stat, output));
      const threads = typeof settings.engine.threads === "number" ? settings.engine.threads : null;
      return {
        ...{ identity, threads },
        outcome: outcome.kind === "done" ? { result: outcome.result } : { failure: outcome.failure },
      };
    },
    async stop() {
      await kept?.pool.stop();
      kept = undefined;
    },
  };
}

async function workerSettingsFor(story: FrameStory, models: ModelFolders): Promise<WorkerSettings> {
  const { classifier, reconstructor } = story;
  if (classifier === null) throw new RefocusdError("RF_INTERNAL", `${story.path}: judged by no network`);
  const name = ({ name, version }: { name: string; version: string }) => `${name} ${version}`;
  const judge = await modelByWeights(models, "classifier", classifier.sha256, name(classifier));
  // A worker has one of each; where nothing was reconstructed it does not matter which.
  const maker =
    reconstructor === null
      ? await anyModel(models, "reconstructor")
      : await modelByWeights(models, "reconstructor", reconstructor.sha256, name(reconstructor));
  return {
    engine: engineOf(story),
    models,
    classifier: judge.card.name,
    reconstructor: maker.card.name,
    // Today's, which stands in the file: what is written by this version does not say that another wrote it.
    version: version(),
  };
}

/** The engine that was recorded, with its provider and threads. */
export function engineOf({ engine, settings }: Pick<FrameStory, "engine" | "settings">): EngineChoice {
  const threads = settings?.threads ?? "auto";
  if (engine?.name === "tensorflow") return { kind: "tensorflow", threads };
  const provider = (["cuda", "webgpu"] as const).find((each) => each === engine?.device) ?? "cpu";
  return { kind: "onnx", provider, threads };
}

/** Before it could be chosen. */
const ONE_WAY = { compression: "none", description: "imagej" } as const;

/** The frame as it was handed out then. What was reconstructed is again, whatever the verdict is now: so that it can be compared. */
export function jobFor(story: FrameStory, stat: PathStat, output: string): WorkerJob {
  const { id, path, page, pages, type, sha256, thresholds, settings, reconstruction, acquisition } = story;
  if (type === null || sha256 === null || thresholds === null || acquisition === null)
    throw new RefocusdError("RF_INTERNAL", `${path}: a judged frame without type, hash, thresholds or facts`);
  const { compression, description } = settings?.writing ?? ONE_WAY;
  return {
    ...{ id, path, page, pages: pages ?? 1, type, sha256, stat, output, thresholds },
    // The same weights may have got a second opinion, and a distance, since. Frames that are too small for one, or blank, have none either way.
    ...(story.pSpectrum === null && { withoutSpectrum: true as const }),
    ...(story.distance === null && { withoutDistance: true as const }),
    reconstruct: reconstruction === null ? "never" : "always",
    holdToSource: settings?.holdToSource ?? false,
    // Before there were trust figures none was written into the file.
    lowTrustBelow: settings?.lowTrustBelow ?? 0,
    maxPixels: settings?.maxPixels ?? Number.MAX_SAFE_INTEGER,
    // Nobody reads a second file of a temporary folder, nor a map.
    writing: { compression, description, sidecar: false },
  };
}
