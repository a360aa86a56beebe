import { createChain, type LinkStory } from "./chain/head.js";
import { fromJson, type Store } from "./database.js";
import { tileOfRow } from "./tile-rows.js";
import type {
  CompanionResult,
  DistanceFacts,
  EngineRef,
  FrameSettings,
  FrameState,
  ModelRef,
  Normalisation,
  SourceType,
  Thresholds,
  TileBasis,
  Verdict,
} from "./types.js";

export interface AttemptStory {
  readonly number: number;
  readonly runId: number | null;
  readonly startedMs: number;
  readonly finishedMs: number | null;
  readonly outcome: "done" | "failed" | "interrupted" | "released" | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly retryNotBeforeMs: number | null;
}

export interface ReconstructionStory {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly trust: number | null;
  readonly createdMs: number;
  readonly model: ModelRef | null;
}

export interface ReviewStory {
  readonly reviewer: string;
  readonly verdict: Verdict | null;
  readonly note: string | null;
  readonly reviewedMs: number;
}

export interface EventStory {
  readonly atMs: number;
  readonly kind: string;
  readonly runId: number | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** How a frame was acquired, as its file tells; it stays when `facts` have left the ledger. */
export interface AcquisitionStory {
  readonly pixelSizeUm: number | null;
  /** Milliseconds since the acquisition started. */
  readonly acquiredMs: number | null;
  /** Milliseconds since 1970 UTC. */
  readonly acquiredAtMs: number | null;
  readonly stageXUm: number | null;
  readonly stageYUm: number | null;
  readonly stageZUm: number | null;
  readonly objective: string | null;
  readonly na: number | null;
  readonly magnification: number | null;
  readonly emissionNm: number | null;
  readonly exposureMs: number | null;
  readonly camera: string | null;
  readonly channelName: string | null;
}

export interface RunStory {
  readonly id: number;
  readonly version: string;
  /** At its start; `FrameSettings` has what was in force for a frame. */
  readonly configSha256: string;
  readonly host: string;
  readonly startedMs: number;
  /** Null, as the two that follow, for runs of version 0.1.0. */
  readonly node: string | null;
  readonly platform: string | null;
  readonly cpu: string | null;
}

/** All that the ledger knows of one frame. */
export interface FrameStory {
  readonly id: number;
  readonly path: string;
  readonly root: string;
  readonly page: number;
  readonly revision: number;
  /** False for contents that the file no longer has. */
  readonly isCurrent: boolean;
  readonly state: FrameState;
  readonly pages: number | null;
  readonly type: SourceType | null;
  readonly sha256: string | null;
  readonly size: number | null;
  readonly mtimeMs: number | null;
  readonly seriesKey: string | null;
  readonly time: number | null;
  readonly verdict: Verdict | null;
  readonly pDefocused: number | null;
  /** What the power spectrum alone says; null where it was not asked. */
  readonly pSpectrum: number | null;
  /** How far out of focus it is by the power spectrum; null where no model told it. */
  readonly distance: DistanceFacts | null;
  readonly focusMap: readonly (readonly number[])[] | null;
  readonly facts: Readonly<Record<string, unknown>> | null;
  /** Null for a frame that was not decoded. */
  readonly acquisition: AcquisitionStory | null;
  /** True when the file's name was to be read, and no pattern fitted. */
  readonly isNameUnread: boolean;
  readonly scores: Readonly<Record<string, number | null>> | null;
  readonly timings: Readonly<Record<string, number>> | null;
  readonly thresholds: Thresholds | null;
  /** Why each tile of the focus map counts as much as it does. Null, as the two that follow, for frames judged by version 0.1.0. */
  readonly tiles: readonly TileBasis[] | null;
  readonly normalisation: Normalisation | null;
  readonly settings: FrameSettings | null;
  readonly classifier: ModelRef | null;
  readonly reconstructor: ModelRef | null;
  readonly engine: EngineRef | null;
  /** The run that ended it. */
  readonly run: RunStory | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly failedAttempts: number;
  readonly notBeforeMs: number;
  readonly seenMs: number;
  readonly lastChangeMs: number | null;
  readonly settledMs: number | null;
  readonly startedMs: number | null;
  readonly finishedMs: number | null;
  /** The daily file ("YYYY-MM-DD") that holds events, attempts and all details, once they have left the ledger. */
  readonly archivedDay: string | null;
  readonly reconstruction: ReconstructionStory | null;
  /** In the order of their kinds' names. */
  readonly companions: readonly CompanionResult[];
  /** What people said of it, oldest first: the last one counts. */
  readonly reviews: readonly ReviewStory[];
  readonly attempts: readonly AttemptStory[];
  readonly events: readonly EventStory[];
  /** What the chain holds of it: each of its outcomes. */
  readonly links: readonly LinkStory[];
  /** It had come to its end before there was a chain. */
  readonly isBeforeChain: boolean;
}

export interface StoryRepository {
  /**
   * Every frame of a source file, oldest content first, then by page. Also for the path of a reconstruction, a map or an
   * extract: then of the file it was made from. Empty when the ledger knows neither.
   */
  story(path: string): FrameStory[];
  /** One frame, by its row. */
  frameStory(id: number): FrameStory | undefined;
}

const MODEL = (alias: string) =>
  `CASE WHEN ${alias}.id IS NOT NULL
     THEN json_object('name', ${alias}.name, 'version', ${alias}.version, 'sha256', ${alias}.sha256) END`;

const FRAME = `
  SELECT f.id, f.path, f.root, f.page, f.revision, f.is_current AS isCurrent, f.state, f.pages, f.type, f.sha256,
    f.size_bytes AS size, f.mtime_ms AS mtimeMs, f.series_key AS seriesKey, f.time_index AS time,
    f.verdict, f.p_defocused AS pDefocused, f.p_spectrum AS pSpectrum,
    CASE WHEN f.distance_dof IS NOT NULL
      THEN json_object('dof', f.distance_dof, 'low', f.distance_low_dof, 'high', f.distance_high_dof) END AS distance, f.focus_map_json AS focusMap, f.facts_json AS facts,
    f.scores_json AS scores, f.timings_json AS timings, f.tiles_json AS tiles,
    f.normalisation_json AS normalisation, f.settings_json AS settings,
    CASE WHEN f.focused_below IS NOT NULL
      THEN json_object('focusedBelow', f.focused_below, 'defocusedAbove', f.defocused_above) END AS thresholds,
    ${MODEL("c")} AS classifier, ${MODEL("m")} AS reconstructor,
    CASE WHEN f.engine_name IS NOT NULL
      THEN json_object('name', f.engine_name, 'version', f.engine_version, 'device', f.engine_device) END AS engine,
    CASE WHEN u.id IS NOT NULL THEN json_object('id', u.id, 'version', u.version, 'configSha256', u.config_sha256,
      'host', u.host, 'startedMs', u.started_ms, 'node', u.node_version, 'platform', u.platform, 'cpu', u.cpu) END AS run,
    f.error_code AS errorCode, f.error_detail AS errorDetail, f.failed_attempts AS failedAttempts,
    f.not_before_ms AS notBeforeMs, f.seen_ms AS seenMs, f.last_change_ms AS lastChangeMs,
    f.settled_ms AS settledMs, f.started_ms AS startedMs, f.finished_ms AS finishedMs,
    f.archived_day AS archivedDay, f.name_unread AS isNameUnread,
    f.before_chain AS isBeforeChain,
    CASE WHEN f.width IS NOT NULL THEN json_object('pixelSizeUm', f.pixel_size_um, 'acquiredMs', f.acquired_ms,
      'acquiredAtMs', f.acquired_at_ms, 'stageXUm', f.stage_x_um, 'stageYUm', f.stage_y_um, 'stageZUm', f.stage_z_um,
      'objective', f.objective, 'na', f.na, 'magnification', f.magnification, 'emissionNm', f.emission_nm,
      'exposureMs', f.exposure_ms, 'camera', f.camera, 'channelName', f.channel_name) END AS acquisition
  FROM frames f
  LEFT JOIN models c ON c.id = f.classifier_id
  LEFT JOIN models m ON m.id = f.reconstructor_id
  LEFT JOIN runs u ON u.id = f.run_id`;

const JSON_KEYS = [
  "acquisition",
  "distance",
  "focusMap",
  "facts",
  "scores",
  "timings",
  "tiles",
  "normalisation",
  "settings",
  "thresholds",
  "classifier",
  "reconstructor",
  "engine",
  "run",
];

type Row = Record<string, string | number | null>;

export function createStory(store: Store): StoryRepository {
  const { db } = store;
  const { linksOf } = createChain(store);
  const byPath = db.prepare(`${FRAME} WHERE f.path = ? ORDER BY f.revision, f.page`);
  const byId = db.prepare(`${FRAME} WHERE f.id = ?`);
  const sourceOf = db
    .prepare(
      `SELECT f.path FROM (SELECT frame_id, path FROM reconstructions UNION ALL SELECT frame_id, path FROM companions) made
       JOIN frames f ON f.id = made.frame_id WHERE made.path = ? LIMIT 1`,
    )
    .pluck();
  const attempts = db.prepare(
    `SELECT number, run_id AS runId, started_ms AS startedMs, finished_ms AS finishedMs, outcome,
       error_code AS errorCode, error_detail AS errorDetail, retry_not_before_ms AS retryNotBeforeMs
     FROM attempts WHERE frame_id = ? ORDER BY number`,
  );
  const reconstruction = db.prepare(
    `SELECT r.path, r.sha256, r.size_bytes AS size, r.trust, r.created_ms AS createdMs, ${MODEL("m")} AS model
     FROM reconstructions r LEFT JOIN models m ON m.id = r.model_id WHERE r.frame_id = ?`,
  );
  const companions = db.prepare(
    "SELECT kind, path, sha256, size_bytes AS size FROM companions WHERE frame_id = ? ORDER BY kind",
  );
  const reviews = db.prepare(
    "SELECT reviewer, verdict, note, reviewed_ms AS reviewedMs FROM reviews WHERE frame_id = ? ORDER BY id",
  );
  const events = db.prepare(
    "SELECT at_ms AS atMs, kind, run_id AS runId, detail_json AS detail FROM events WHERE frame_id = ? ORDER BY id",
  );

  function tell(row: Row): FrameStory {
    const id = row.id;
    const made = reconstruction.get(id) as Row | undefined;
    const { tiles, ...told } = parsed(row, JSON_KEYS);
    return {
      ...told,
      tiles: (tiles as Parameters<typeof tileOfRow>[0][] | null)?.map(tileOfRow) ?? null,
      isBeforeChain: row.isBeforeChain === 1,
      isCurrent: row.isCurrent === 1,
      isNameUnread: row.isNameUnread === 1,
      reconstruction: made === undefined ? null : parsed(made, ["model"]),
      companions: companions.all(id) as CompanionResult[],
      reviews: reviews.all(id) as ReviewStory[],
      attempts: attempts.all(id) as AttemptStory[],
      events: (events.all(id) as Row[]).map((event) => parsed(event, ["detail"])),
      links: linksOf(row.id as number),
    } as unknown as FrameStory;
  }

  return {
    story(path) {
      const rows = byPath.all(path) as Row[];
      const source = rows.length > 0 ? undefined : (sourceOf.get(path) as string | undefined);
      return (source === undefined ? rows : (byPath.all(source) as Row[])).map(tell);
    },
    frameStory(id) {
      const row = byId.get(id) as Row | undefined;
      return row === undefined ? undefined : tell(row);
    },
  };
}

function parsed(row: Row, jsonKeys: readonly string[]): Record<string, unknown> {
  return { ...row, ...Object.fromEntries(jsonKeys.map((key) => [key, fromJson(row[key] as string | null)])) };
}
