// A worker process: the only kind that loads native image and inference code. It is told its settings, says `ready`, and works on
// one frame after the other until its channel to the supervisor closes.

import { openEngine } from "../../engines/open-engine.js";
import { asRefocusdError, RefocusdError } from "../../errors/refocusd-error.js";
import { judgingOf } from "../../focus/classifier.js";
import type { Failure, ModelFacts } from "../../ledger/types.js";
import { findModel } from "../../models/registry.js";
import { assertSelfTest } from "../../models/self-test.js";
import { loadReconstructor } from "../../restore/reconstructor.js";
import { systemClock } from "../../system/clock.js";
import type { FromWorker, ToWorker, WorkerSettings } from "../messages.js";
import { createNd2Source } from "./nd2-source.js";
import { type FrameTools, type NamedNetwork, processFrame } from "./process-frame.js";
import { publish } from "./publish.js";
import { createSourceReader } from "./read-source.js";

let tools: FrameTools | undefined;

process.on("message", (message: ToWorker) => {
  void answer(message).then(say);
});
// The supervisor is gone: nobody would hear the answer.
process.on("disconnect", () => process.exit(0));
// Ctrl-C on a terminal reaches the whole group; the supervisor decides when a worker ends.
process.on("SIGINT", () => {});

async function answer(message: ToWorker): Promise<FromWorker> {
  switch (message.kind) {
    case "start":
      try {
        const started = await start(message.settings);
        tools = started.tools;
        return { kind: "ready", identity: { engine: started.tools.engine, models: started.models } };
      } catch (error) {
        return { kind: "unfit", failure: failureOf(error) };
      }
    case "job":
      try {
        if (!tools) throw new Error("a job before the start");
        return { kind: "done", id: message.job.id, result: await processFrame(message.job, tools) };
      } catch (error) {
        return { kind: "failed", id: message.job.id, failure: failureOf(error) };
      }
  }
}

async function start(settings: WorkerSettings): Promise<{ tools: FrameTools; models: ModelFacts[] }> {
  const engine = await openEngine(settings.engine, (text) => say({ kind: "note", text }));
  const models: ModelFacts[] = [];
  const load = async (name: string, kind: "classifier" | "reconstructor", weights?: string): Promise<NamedNetwork> => {
    const model = await findModel(settings.models, name, kind);
    const { card, directory } = model;
    if (weights !== undefined && weights !== card.sha256)
      throw new RefocusdError("RF_MODEL_REPLACED", `${name} has SHA-256 ${card.sha256} now, not ${weights}`);
    const network = await (kind === "reconstructor" ? loadReconstructor(engine, model) : engine.load(directory));
    // Also warms the network up: the first run allocates.
    await assertSelfTest(network, card, systemClock);
    models.push({ role: kind, name: card.name, version: card.version, sha256: card.sha256, card });
    const { name: known, version, sha256, trust } = card;
    return { name: known, version, sha256, network, trust, ...judgingOf(card) };
  };
  const classifier = await load(settings.classifier, "classifier", settings.classifierSha256);
  const reconstructor = await load(settings.reconstructor, "reconstructor");
  return {
    models,
    tools: {
      clock: systemClock,
      version: settings.version,
      engine: { name: engine.name, version: engine.version, device: engine.device },
      threads: typeof settings.engine.threads === "number" ? settings.engine.threads : null,
      classifier,
      reconstructor,
      readSource: createSourceReader(),
      readNd2Page: createNd2Source(),
      publish,
      note: (text) => say({ kind: "note", text }),
    },
  };
}

function say(message: FromWorker): void {
  process.send?.(message);
}

function failureOf(error: unknown): Failure {
  const { code, detail } = asRefocusdError(error);
  return { code, detail };
}
