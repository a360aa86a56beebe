import { type Section, type SectionHashes, sha256 } from "./link.js";

/** Asks a database that has the ledger's tables: the ledger, or a daily file. */
export type Ask = <Row>(sql: string, ...parameters: unknown[]) => Row[];

/** Which part of a frame's history a link covers. */
export interface Extent {
  readonly throughAttempt: number | null;
  readonly throughEvent: number | null;
}

// Only what no longer changes by itself once a frame has come to its end. Not: whether the file still has this content, its newest stat,
// the queue's own marks, where its story went. What the row refers to goes in by its value, not by its number.
// The lists are part of the format: a column that is added later is not covered by the links of this one.
const FRAME = `SELECT f.path, f.root, f.revision, f.page, f.state, f.pages, f.type, f.sha256, f.size_bytes, f.mtime_ms,
    f.series_key, f.well, f.position, f.time_index, f.z_index, f.channel, f.seq, f.name_unread,
    f.width, f.height, f.channels, f.bit_depth, f.pixel_size_um, f.acquired_ms, f.acquired_at_ms,
    f.stage_x_um, f.stage_y_um, f.stage_z_um, f.objective, f.na, f.magnification, f.emission_nm, f.exposure_ms, f.camera,
    f.channel_name, f.verdict, f.p_defocused, f.focused_below, f.defocused_above,
    c.name AS classifier, c.version AS classifier_version, c.sha256 AS classifier_sha256,
    m.name AS reconstructor, m.version AS reconstructor_version, m.sha256 AS reconstructor_sha256,
    f.engine_name, f.engine_version, f.engine_device, f.error_code, f.error_detail, f.failed_attempts,
    f.seen_ms, f.last_change_ms, f.settled_ms, f.started_ms, f.finished_ms,
    u.version AS refocusd_version, u.config_sha256, u.host, u.node_version, u.platform, u.cpu, u.started_ms AS run_started_ms
  FROM frames f
  LEFT JOIN models c ON c.id = f.classifier_id
  LEFT JOIN models m ON m.id = f.reconstructor_id
  LEFT JOIN runs u ON u.id = f.run_id
  WHERE f.id = ?`;

const OUTPUT = `SELECT r.path, r.sha256, r.size_bytes, r.trust, r.created_ms,
    m.name AS model, m.version AS model_version, m.sha256 AS model_sha256
  FROM reconstructions r LEFT JOIN models m ON m.id = r.model_id WHERE r.frame_id = ?`;

// The JSON as it is stored, character by character.
const DETAILS = `SELECT facts_json, focus_map_json, scores_json, timings_json, tiles_json, normalisation_json, settings_json
  FROM frames WHERE id = ?`;

const ATTEMPTS = `SELECT number, run_id, started_ms, finished_ms, outcome, error_code, error_detail, retry_not_before_ms
  FROM attempts WHERE frame_id = ? AND number <= ? ORDER BY number`;

const EVENTS = "SELECT id, at_ms, kind, run_id, detail_json FROM events WHERE frame_id = ? AND id <= ? ORDER BY id";

/**
 * One part of what the ledger says about a frame, as the text that is hashed: JSON without spaces, keys in the order of the queries above.
 * JavaScript writes a number the shortest way that reads back as the same one, on every machine.
 */
export function sectionText(section: Section, ask: Ask, frameId: number, extent: Extent): string {
  switch (section) {
    case "frame":
      return JSON.stringify(ask(FRAME, frameId)[0] ?? null);
    case "output":
      return JSON.stringify(ask(OUTPUT, frameId)[0] ?? null);
    case "details":
      return JSON.stringify(ask(DETAILS, frameId)[0] ?? null);
    case "history":
      return JSON.stringify({
        attempts: ask(ATTEMPTS, frameId, extent.throughAttempt ?? 0),
        events: ask(EVENTS, frameId, extent.throughEvent ?? 0),
      });
  }
}

export function hashesOf(texts: Readonly<Record<Section, string>>): SectionHashes {
  const { frame, output, details, history } = texts;
  return { frame: sha256(frame), output: sha256(output), details: sha256(details), history: sha256(history) };
}
