import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { configHash } from "../config/config-hash.js";
import { resolveWatch } from "../config/resolve.js";
import type { Config, WatchConfig } from "../config/schema.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import { bundledModels } from "../models/registry.js";
import type { GuardedFolder } from "../pipeline/disk-guard.js";
import type { Treatment } from "../pipeline/dispatcher.js";
import type { WorkerSettings } from "../pipeline/messages.js";
import type { RetryRules } from "../pipeline/retry.js";
import type { DoneMarker } from "../watch/done-marker.js";
import { version } from "./version.js";

/** Memory that one worker needs for a 1608 × 1608 frame, with room. */
const WORKER_BYTES = 1.2 * 2 ** 30;
/** A frame's network runs well on up to so many cores; more workers beyond. */
const CORES_PER_WORKER = 4;

/** What machine this is, as far as workers are concerned. */
export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
}

export function thisMachine(): Machine {
  return { cores: availableParallelism(), memoryBytes: totalmem() };
}

/** How many workers, and how many threads each computes with: together no more threads than cores. */
export function shareOut(
  config: Pick<Config, "workers" | "engine">,
  machine: Machine,
): { workers: number; threads: number } {
  const byMemory = Math.max(1, Math.floor(machine.memoryBytes / 2 / WORKER_BYTES));
  const byCores = Math.max(1, Math.floor(machine.cores / CORES_PER_WORKER));
  const workers = config.workers === "auto" ? Math.min(byMemory, byCores) : config.workers;
  const { threads } = config.engine;
  return { workers, threads: threads === "auto" ? Math.max(1, Math.floor(machine.cores / workers)) : threads };
}

/**
 * For frames that are all there already: as many workers as cores, one thread each. A single frame takes longer so, many frames
 * take less (120 frames of 1608 × 1608 on 2 cores: see bench/README.md), because decoding one runs beside judging another.
 */
export function forThroughput(machine: Machine): { workers: number; threads: number } {
  const byMemory = Math.max(1, Math.floor(machine.memoryBytes / 2 / WORKER_BYTES));
  return { workers: Math.max(1, Math.min(byMemory, machine.cores, 64)), threads: 1 };
}

/** Where networks that were adapted to the laboratory's cells go: the folder of models is often read-only for the service. */
export function adaptedModels(state: string): string {
  return join(state, "models");
}

/** Where models are looked for. */
export function modelFolders({
  models,
  state,
}: {
  readonly models: Pick<Config["models"], "directory">;
  readonly state: string;
}): [string, string] {
  return [models.directory ?? bundledModels(), adaptedModels(state)];
}

export function workerSettings(config: Config, threads: number): WorkerSettings {
  return {
    engine: { kind: config.engine.kind, provider: config.engine.provider, threads },
    models: modelFolders(config),
    classifier: config.models.classifier,
    reconstructor: config.models.reconstructor,
    version: version(),
  };
}

/** How the frames of a watched folder are treated. */
export function treatmentOf(config: Config, root: string): Treatment {
  const watch = config.watch.find(({ path }) => path === root);
  if (!watch) throw new RefocusdError("RF_INTERNAL", `${root} is not a watched folder`);
  const { output, verdict, reconstruct } = resolveWatch(config, watch);
  const maxPixels = config.limits.maxMegapixels * 1e6;
  const { lowBelow: lowTrustBelow } = config.trust;
  const { holdToSource } = config.reconstruction;
  return {
    ...{ output, thresholds: verdict, reconstruct, holdToSource, lowTrustBelow, maxPixels },
    writing: {
      ...config.output,
      ...(extracts(config) && { extract: { reconstructionOf: config.series.reconstructionOf } }),
    },
    configSha256: configHash(config),
  };
}

function extracts({ series }: Pick<Config, "series">): boolean {
  return series.folder !== null && series.extractPages;
}

/** How a watched folder's frames are marked as complete, if they are. */
export function doneMarkerOf({ doneMarker, doneMarkerName }: WatchConfig): DoneMarker | undefined {
  switch (doneMarker) {
    case "none":
      return undefined;
    case "file":
      return { kind: "file" };
    case "folder":
      return { kind: "folder", name: doneMarkerName };
  }
}

/** Where reconstructions go and how much is to stay free there. Where nothing is reconstructed or extracted no space is needed. */
export function guardedFolders(config: Config): GuardedFolder[] {
  const limitBytes = config.disk.minFreeGigabytes * 1e9;
  return config.watch
    .filter((watch) => extracts(config) || resolveWatch(config, watch).reconstruct !== "never")
    .map(({ path, output }) => ({ root: path, output, limitBytes }));
}

export function retryRules({ retry }: Config): RetryRules {
  return {
    attempts: retry.attempts,
    firstDelayMs: retry.firstDelaySeconds * 1000,
    maxDelayMs: retry.maxDelaySeconds * 1000,
  };
}
