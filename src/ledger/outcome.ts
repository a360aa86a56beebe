import { RefocusdError } from "../errors/refocusd-error.js";
import type { AppendLink } from "./chain/append.js";
import { type Store, toJson } from "./database.js";
import type { NoteEvent } from "./events.js";
import type { ModelsRepository } from "./models.js";
import { tileRow } from "./tile-rows.js";
import { stateAfterFailure } from "./transitions.js";
import type { AfterFailure, Failure, FrameFacts, FrameResult, FrameState, ModelFacts, ModelRef } from "./types.js";

/** How work on a frame ended. Both throw RF_INTERNAL, and write nothing, for a frame that is not being worked on. */
export interface OutcomeRepository {
  /** The frame is done: verdict, numbers, models, and the reconstruction if there is one, in one transaction. */
  finished(id: number, result: FrameResult, at: number): void;
  /** @returns the state in which the frame now is. */
  failed(id: number, failure: Failure, next: AfterFailure, at: number): FrameState;
}

export function createOutcome(
  store: Store,
  note: NoteEvent,
  models: ModelsRepository,
  link: AppendLink,
): OutcomeRepository {
  const { db } = store;
  const find = db.prepare("SELECT state, is_current AS isCurrent FROM frames WHERE id = ?");
  const finish = db.prepare(
    `UPDATE frames SET state = 'done', verdict = @verdict, p_defocused = @pDefocused, p_spectrum = @pSpectrum,
       distance_dof = @distanceDof, distance_low_dof = @distanceLow, distance_high_dof = @distanceHigh, focus_map_json = @focusMap,
       scores_json = @scores, tiles_json = @tiles, normalisation_json = @normalisation, settings_json = @settings, focused_below = @focusedBelow, defocused_above = @defocusedAbove,
       timings_json = @timings, classifier_id = @classifier, reconstructor_id = @reconstructor,
       engine_name = @engineName, engine_version = @engineVersion, engine_device = @engineDevice, run_id = @run,
       width = @width, height = @height, channels = @channels, bit_depth = @bitDepth, pixel_size_um = @pixelSizeUm,
       acquired_ms = @acquiredMs, acquired_at_ms = @acquiredAtMs, stage_x_um = @stageX, stage_y_um = @stageY,
       stage_z_um = @stageZ, objective = @objective, na = @na, magnification = @magnification, emission_nm = @emissionNm,
       exposure_ms = @exposureMs, camera = @camera, channel_name = @channelName, facts_json = @facts, error_code = NULL, error_detail = NULL, finished_ms = @at
     WHERE id = @id`,
  );
  const insertReconstruction = db.prepare(
    `INSERT INTO reconstructions (frame_id, model_id, path, sha256, size_bytes, trust, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertCompanion = db.prepare(
    `INSERT INTO companions (frame_id, kind, path, sha256, size_bytes, created_ms) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const fail = db.prepare(
    `UPDATE frames SET state = @state, error_code = @code, error_detail = @detail, run_id = @run,
       failed_attempts = failed_attempts + 1, not_before_ms = @notBefore, finished_ms = @finishedMs
     WHERE id = @id`,
  );
  const endAttempt = db.prepare(
    `UPDATE attempts SET finished_ms = ?, outcome = ?, error_code = ?, error_detail = ?, retry_not_before_ms = ?
     WHERE frame_id = ? AND finished_ms IS NULL`,
  );

  function workingRow(id: number): { isCurrent: number } {
    const row = find.get(id) as { state: FrameState; isCurrent: number } | undefined;
    if (row?.state === "working") return row;
    throw new RefocusdError("RF_INTERNAL", `frame ${id} is ${row?.state ?? "unknown"}, not being worked on`);
  }

  function modelId(role: ModelFacts["role"], model: ModelRef | null): number | null {
    return model === null ? null : models.registerModel({ ...model, role });
  }

  return {
    finished(id, result, when) {
      const at = Math.round(when);
      store.atomic(() => {
        workingRow(id);
        const { facts, thresholds, engine, reconstruction, verdict, pDefocused, companions = [] } = result;
        const { pSpectrum = null, distance = null } = result;
        const reconstructor = modelId("reconstructor", result.reconstructor);
        finish.run({
          ...{ id, at, verdict, pDefocused, pSpectrum, reconstructor, run: store.run?.id ?? null },
          ...{
            distanceDof: distance?.dof ?? null,
            distanceLow: distance?.low ?? null,
            distanceHigh: distance?.high ?? null,
          },
          classifier: modelId("classifier", result.classifier),
          focusMap: toJson(result.focusMap),
          scores: toJson(result.scores),
          tiles: toJson(result.tiles?.map(tileRow)),
          normalisation: toJson(result.normalisation),
          settings: toJson(result.settings),
          timings: toJson(result.timings),
          facts: toJson(facts),
          focusedBelow: thresholds?.focusedBelow ?? null,
          defocusedAbove: thresholds?.defocusedAbove ?? null,
          ...{ engineName: engine?.name ?? null, engineVersion: engine?.version ?? null },
          ...{ engineDevice: engine?.device ?? null, width: facts.width, height: facts.height },
          ...{ channels: facts.channels, bitDepth: facts.bitDepth },
          ...acquisitionColumns(facts),
        });
        if (reconstruction !== null) {
          const { path, sha256, size, trust } = reconstruction;
          insertReconstruction.run(id, reconstructor, path, sha256, size, trust, at);
        }
        endAttempt.run(at, "done", null, null, null, id);
        for (const { kind, path, sha256, size } of companions) insertCompanion.run(id, kind, path, sha256, size, at);
        const made = { verdict, pDefocused, reconstruction: reconstruction?.path ?? null };
        // Companions with their hashes, and what the spectrum says: for the chain, whose format knows of neither.
        const further = {
          ...(pSpectrum !== null && { pSpectrum }),
          ...(distance !== null && { distance }),
          ...(companions.length > 0 && { companions }),
        };
        note("finished", id, { ...made, ...further }, at);
        link(id, at);
      });
    },

    failed(id, { code, detail }, next, when) {
      const at = Math.round(when);
      return store.atomic(() => {
        const state = stateAfterFailure(workingRow(id).isCurrent === 1, code, next.kind);
        const notBefore = state === "ready" && next.kind === "retry" ? Math.round(next.notBefore) : 0;
        const finishedMs = state === "ready" ? null : at;
        fail.run({ id, state, code, detail, run: store.run?.id ?? null, notBefore, finishedMs });
        endAttempt.run(at, "failed", code, detail, state === "ready" ? notBefore : null, id);
        note(state === "ready" ? "retry" : state, id, { code, detail }, at);
        if (state !== "ready") link(id, at);
        return state;
      });
    },
  };
}

function acquisitionColumns(facts: FrameFacts) {
  return {
    pixelSizeUm: facts.pixelSizeUm ?? null,
    acquiredMs: facts.acquiredMs ?? null,
    acquiredAtMs: facts.acquiredAtMs ?? null,
    stageX: facts.stageUm?.x ?? null,
    stageY: facts.stageUm?.y ?? null,
    stageZ: facts.stageUm?.z ?? null,
    objective: facts.objective ?? null,
    na: facts.na ?? null,
    magnification: facts.magnification ?? null,
    emissionNm: facts.emissionNm ?? null,
    exposureMs: facts.exposureMs ?? null,
    camera: facts.camera ?? null,
    channelName: facts.channelName ?? null,
  };
}
