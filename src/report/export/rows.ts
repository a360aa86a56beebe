import type { LedgerReader } from "../../ledger/ledger.js";
import { placeOf } from "../place.js";
import { ARRIVED, EXPORT_COLUMNS } from "./columns.js";

export type ExportValue = string | number | null;
/** Values in the order of EXPORT_COLUMNS; times in ms since 1970 UTC. */
export type ExportRow = readonly ExportValue[];

/** Frames that arrived from the first moment on, and before the second; ms since 1970 UTC. */
export interface ExportRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rows held at a time. */
const CHUNK = 5000;

const SQL = `SELECT ${EXPORT_COLUMNS.map(({ name, sql }) => `${sql} AS "${name}"`).join(", ")}
  FROM frames f
  LEFT JOIN reconstructions r ON r.frame_id = f.id
  LEFT JOIN models c ON c.id = f.classifier_id
  LEFT JOIN models m ON m.id = f.reconstructor_id
  WHERE f.is_current = 1 AND f.id > ? AND ${ARRIVED} >= ? AND ${ARRIVED} < ?
  ORDER BY f.id LIMIT ${CHUNK}`;

/** The newest content of each file, a stretch at a time, so that a long export keeps no reader in the daemon's way. */
export function* exportRows(
  ledger: Pick<LedgerReader, "select">,
  { fromMs, toMs }: ExportRange,
): Generator<ExportRow[]> {
  let last = 0;
  for (;;) {
    const rows = ledger.select<Record<string, ExportValue>>(SQL, last, fromMs, toMs);
    if (rows.length === 0) return;
    yield rows.map((row) => {
      const { series } = row;
      const place = typeof series === "string" ? placeOf(series).place : null;
      return EXPORT_COLUMNS.map(({ name }) => (name === "place" ? place : (row[name] ?? null)));
    });
    last = Number(rows.at(-1)?.frame_id);
    if (rows.length < CHUNK) return;
  }
}
