import { USUAL_WAVELENGTH_UM } from "../../frames/depth-of-field.js";
import { meaningOf } from "../dictionary.js";
import { TRUST_VERDICT } from "../trust-verdict.js";

/** Kinds of values. `time`: ms since 1970 UTC in the ledger, ISO 8601 in text formats, a timestamp in Parquet. */
export type ColumnKind = "text" | "integer" | "real" | "time";

export interface ExportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Of frames `f`, reconstructions `r`, and models `c` (classifier) and `m` (reconstructor). */
  readonly sql: string;
}

const text = (name: string, sql = `f.${name}`): ExportColumn => ({ name, kind: "text", sql });
const integer = (name: string, sql = `f.${name}`): ExportColumn => ({ name, kind: "integer", sql });
const real = (name: string, sql = `f.${name}`): ExportColumn => ({ name, kind: "real", sql });
const time = (name: string, sql: string): ExportColumn => ({ name, kind: "time", sql });

/** When a frame counts: found complete, or first seen if it never was. ms since 1970. */
export const ARRIVED = "coalesce(f.settled_ms, f.seen_ms)";

/** What the person said who looked at it last. */
function newestReview(column: "verdict" | "reviewer"): string {
  return `(SELECT ${column} FROM reviews v WHERE v.frame_id = f.id ORDER BY v.id DESC LIMIT 1)`;
}

/** As src/frames/depth-of-field.ts has it. */
const DISTANCE_UM = `f.distance_dof * coalesce(f.emission_nm / 1000.0, ${USUAL_WAVELENGTH_UM}) / (f.na * f.na)`;

/** One row per frame: which file, where in the experiment, what was found, by what. The order is part of the format: new ones go to the end. */
export const EXPORT_COLUMNS: readonly ExportColumn[] = [
  text("path"),
  integer("page"),
  text("root"),
  text("place", "NULL"), // told from the series, see rows.ts
  text("series", "f.series_key"),
  text("well"),
  text("position"),
  integer("time_index"),
  integer("z_index"),
  text("channel"),
  text("state"),
  text("verdict"),
  real("p_defocused"),
  real("focused_below"),
  real("defocused_above"),
  text("focus_map", "f.focus_map_json"),
  text("reconstruction", "r.path"),
  real("trust", "r.trust"),
  text("trust_verdict", TRUST_VERDICT),
  real("defocus_dof", "json_extract(f.scores_json, '$.defocusDof')"),
  real("held_dof", "json_extract(f.scores_json, '$.heldDof')"),
  text("error_code"),
  text("error_detail"),
  integer("failed_attempts"),
  time("arrived_at", ARRIVED),
  time("finished_at", "f.finished_ms"),
  real("latency_s", "(f.finished_ms - f.settled_ms) / 1000.0"),
  real("acquired_s", "f.acquired_ms / 1000.0"),
  time("acquired_at", "f.acquired_at_ms"),
  real("stage_x_um"),
  real("stage_y_um"),
  real("stage_z_um"),
  text("objective"),
  real("na"),
  real("magnification"),
  real("emission_nm"),
  real("exposure_ms"),
  text("camera"),
  text("channel_name"),
  integer("width"),
  integer("height"),
  integer("channels"),
  integer("bit_depth"),
  real("pixel_size_um"),
  text("type"),
  integer("pages"),
  integer("size_bytes"),
  text("sha256"),
  integer("revision"),
  text("reconstruction_sha256", "r.sha256"),
  text("classifier", "c.name || ' ' || c.version"),
  text("classifier_sha256", "c.sha256"),
  text("reconstructor", "m.name || ' ' || m.version"),
  text("reconstructor_sha256", "m.sha256"),
  text("engine", "f.engine_name || ' ' || f.engine_version || ' (' || f.engine_device || ')'"),
  integer("frame_id", "f.id"),
  text("review", newestReview("verdict")),
  text("reviewer", newestReview("reviewer")),
  real("p_spectrum"),
  real("distance_dof"),
  real("distance_low_dof"),
  real("distance_high_dof"),
  real("distance_um", DISTANCE_UM),
];

/** What a column of the export holds, for those who get the file alone. */
export interface DictionaryEntry {
  readonly column: string;
  readonly type: ColumnKind;
  readonly unit: string;
  readonly meaning: string;
}

export function exportDictionary(): DictionaryEntry[] {
  return EXPORT_COLUMNS.map(({ name, kind }) => {
    const { meaning = "", unit = "" } = meaningOf("export", name) ?? {};
    return { column: name, type: kind, unit: kind === "time" ? "UTC" : unit, meaning };
  });
}
