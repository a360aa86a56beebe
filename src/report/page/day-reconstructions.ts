import { dirname } from "node:path";
import type { CompanionKind, SourceType, Verdict } from "../../ledger/types.js";
import { distancePhrase } from "../distance-text.js";
import { comparePlaces, placeOf } from "../place.js";
import { TRUST_VERDICT, type TrustVerdict } from "../trust-verdict.js";
import { choosePictures } from "./choose-pictures.js";
import { type DayFile, ofDay } from "./day-file.js";

/** A reconstruction with its source, as the page shows it. */
export interface DayReconstruction {
  readonly frameId: number;
  readonly place: string;
  readonly plane: string;
  readonly time: number | null;
  readonly verdict: Verdict | null;
  readonly p: number | null;
  /** How far out of focus the frame was, in words; null where no model told it. */
  readonly distance: string | null;
  readonly trust: number | null;
  readonly trustVerdict: TrustVerdict | null;
  readonly model: string | null;
  readonly source: SourceToShow;
  readonly made: { readonly path: string; readonly sha256: string };
  /** The maps that were written of it, and the size of the frame, px. */
  readonly maps: readonly MapToShow[];
  readonly width: number;
  readonly height: number;
}

export interface MapToShow {
  readonly kind: Exclude<CompanionKind, "extract">;
  readonly path: string;
  readonly sha256: string;
}

export interface SourceToShow {
  readonly path: string;
  readonly page: number;
  readonly pages: number;
  readonly type: SourceType;
  readonly sha256: string;
  readonly stat: { readonly size: number; readonly mtimeMs: number; readonly ctimeMs: number };
}

export interface DayReconstructions {
  readonly total: number;
  /** In the order of positions and time. */
  readonly shown: readonly DayReconstruction[];
  /** Where reconstructions lie, sorted. */
  readonly folders: readonly string[];
}

const FROM = "FROM reconstructions r JOIN frames f ON f.id = r.frame_id";

export function dayReconstructions(file: DayFile, limit: number): DayReconstructions {
  const rows = file.select<{
    frameId: number;
    root: string;
    series: string | null;
    trust: number | null;
    p: number | null;
    path: string;
  }>(
    `SELECT f.id AS frameId, f.root, f.series_key AS series, r.trust, f.p_defocused AS p, r.path ${FROM} WHERE ${ofDay(file)}`,
  );
  const candidates = rows.map((row) => ({ ...row, place: `${row.root}\0${placeOf(row.series ?? "").place}` }));
  const chosen = choosePictures(candidates, limit);
  const shown = chosen
    .map(({ frameId }) => details(file, frameId))
    .sort(
      (a, b) => comparePlaces(a.place, b.place) || comparePlaces(a.plane, b.plane) || (a.time ?? 0) - (b.time ?? 0),
    );
  return { total: rows.length, shown, folders: [...new Set(rows.map(({ path }) => dirname(path)))].sort() };
}

interface Row {
  readonly series: string | null;
  readonly time: number | null;
  readonly verdict: Verdict | null;
  readonly p: number | null;
  readonly trust: number | null;
  readonly trustVerdict: TrustVerdict | null;
  readonly model: string | null;
  readonly path: string;
  readonly page: number;
  readonly pages: number;
  readonly type: SourceType;
  readonly sha256: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly width: number;
  readonly height: number;
  readonly madePath: string;
  readonly madeSha256: string;
}

function details(file: DayFile, frameId: number): DayReconstruction {
  const [row] = file.select<Row>(
    `SELECT f.series_key AS series, f.time_index AS time, f.verdict, f.p_defocused AS p, r.trust, ${TRUST_VERDICT} AS trustVerdict,
       m.name || ' ' || m.version AS model, f.path, f.page, f.pages, f.type, f.sha256, f.width, f.height, f.stat_size_bytes AS size,
       f.stat_mtime_ms AS mtimeMs, f.stat_ctime_ms AS ctimeMs, r.path AS madePath, r.sha256 AS madeSha256
     ${FROM} LEFT JOIN models m ON m.id = r.model_id WHERE f.id = ?`,
    frameId,
  );
  const {
    series,
    time,
    verdict,
    p,
    trust,
    trustVerdict,
    model,
    madePath,
    madeSha256,
    size,
    mtimeMs,
    ctimeMs,
    width,
    height,
    ...source
  } = row!;
  const { place, plane } = series === null ? { place: "", plane: "" } : placeOf(series);
  const stat = { size, mtimeMs, ctimeMs };
  const made = { path: madePath, sha256: madeSha256 };
  const distance = distanceOf(file, frameId);
  const told = { frameId, place, plane, time, verdict, p, distance, trust, trustVerdict, model, width, height };
  return { ...told, source: { ...source, stat }, made, maps: mapsOf(file, frameId) };
}

function distanceOf(file: DayFile, frameId: number): string | null {
  // Files of schema 7 and before know no distance.
  const known = file.select("SELECT 1 FROM pragma_table_info('frames') WHERE name = 'distance_dof'");
  if (known.length === 0) return null;
  const [row] = file.select<{ dof: number; low: number; high: number; na: number | null; emissionNm: number | null }>(
    `SELECT distance_dof AS dof, distance_low_dof AS low, distance_high_dof AS high, na, emission_nm AS emissionNm
     FROM frames WHERE id = ? AND distance_dof IS NOT NULL`,
    frameId,
  );
  return row === undefined ? null : `out of focus by ${distancePhrase(row, row)}`;
}

function mapsOf(file: DayFile, frameId: number): MapToShow[] {
  // Files of schema 5 and before know no maps.
  const known = file.select("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'companions'");
  if (known.length === 0) return [];
  return file.select<MapToShow>(
    "SELECT kind, path, sha256 FROM companions WHERE frame_id = ? AND kind IN ('focus-map', 'trust-map') ORDER BY kind",
    frameId,
  );
}
