import type { LedgerReader } from "../../ledger/ledger.js";
import { placeOf } from "../../report/place.js";
import type { Candidate } from "./spread.js";

/** Surely in focus: the classifier would have to be far off. Other verdicts of `focused` (below 0.35 by default) may be near misses. */
export const SURELY_FOCUSED = 0.1;
/** Of the tiles, so many have to show something. */
const TELLING_TILES = 0.5;

interface Row {
  readonly path: string;
  readonly sha256: string;
  readonly series: string | null;
  readonly atMs: number;
  readonly isReviewed: 0 | 1;
  readonly pixelUm: number | null;
  readonly na: number | null;
}

export type LedgerCandidate = Candidate & { readonly pixelUm: number | null; readonly na: number | null };

/**
 * Of single images; what a person said outranks the verdict, both ways. What an adapted classifier is sure of by itself does not count: fitted to
 * its own opinions, each one would be surer than the one before, whatever the frames show. Tiles that have left the ledger are taken to show something.
 */
const SQL = `
  WITH said AS (
    SELECT f.*, (SELECT verdict FROM reviews v WHERE v.frame_id = f.id ORDER BY v.id DESC LIMIT 1) AS review,
      coalesce(c.version, '') LIKE '%-adapted.%' OR json_extract(c.card_json, '$.parent') IS NOT NULL AS by_adapted
    FROM frames f
    LEFT JOIN models c ON c.id = f.classifier_id
    WHERE f.is_current = 1 AND f.state = 'done' AND f.page = 0 AND f.pages = 1 AND f.type IN ('tiff', 'png', 'jpeg'))
  SELECT path, sha256, series_key AS series, coalesce(acquired_at_ms, settled_ms) AS atMs, review IS 'focused' AS isReviewed,
    pixel_size_um AS pixelUm, na
  FROM said
  WHERE settled_ms >= @sinceMs AND verdict <> 'blank' AND (review = 'focused' OR (review IS NULL
    AND NOT by_adapted AND verdict = 'focused' AND p_defocused <= @surely
    AND (tiles_json IS NULL
      OR (SELECT avg(json_extract(value, '$[5]') = 0) FROM json_each(tiles_json)) >= @telling)))
  ORDER BY id DESC LIMIT @most`;

/** The newest are enough to choose from. */
const MOST = 20_000;

/** Frames of which people said, or a classifier that is not adapted is sure, that they are in focus; that settled at `sinceMs` or later. */
export function ledgerCandidates(ledger: Pick<LedgerReader, "select">, sinceMs: number): LedgerCandidate[] {
  const rows = ledger.select<Row>(SQL, { sinceMs, surely: SURELY_FOCUSED, telling: TELLING_TILES, most: MOST });
  return rows.map(({ path, sha256, series, atMs, isReviewed, pixelUm, na }) => ({
    ...{ path, sha256, atMs, pixelUm, na },
    // A frame whose name tells no place is one of its own.
    place: series === null ? path : placeOf(series).place,
    isReviewed: isReviewed === 1,
  }));
}
