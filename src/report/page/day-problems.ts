import { basename } from "node:path";
import { CATALOGUE, type CatalogueEntry } from "../../errors/catalogue.js";
import { type DayFile, ofDay } from "./day-file.js";

/** What went wrong with frames, by code, most frequent first. */
export interface ProblemGroup {
  readonly code: string;
  readonly what: string;
  readonly todo: string;
  readonly frames: number;
  /** Of these: how many are still being tried. */
  readonly open: number;
  /** A few names, by the order of arrival. */
  readonly examples: readonly string[];
}

const EXAMPLES = 5;

export function dayProblems(file: DayFile): ProblemGroup[] {
  // As the view v_problems has it; a frame that was lost has no code of its own in every version.
  const where = `${ofDay(file)} AND (f.state IN ('quarantined', 'gone') OR (f.state IN ('ready', 'working') AND f.error_code IS NOT NULL))`;
  const groups = file.select<{ code: string; frames: number; open: number }>(
    `SELECT coalesce(f.error_code, 'RF_SOURCE_GONE') AS code, count(*) AS frames, total(f.finished_ms IS NULL) AS open
     FROM frames f WHERE ${where} GROUP BY 1 ORDER BY frames DESC, code`,
  );
  return groups.map(({ code, ...counts }) => {
    const rows = file.select<{ path: string }>(
      `SELECT f.path FROM frames f WHERE ${where} AND coalesce(f.error_code, 'RF_SOURCE_GONE') = ? ORDER BY f.id LIMIT ${EXAMPLES}`,
      code,
    );
    const entry: CatalogueEntry | undefined = (CATALOGUE as Readonly<Record<string, CatalogueEntry>>)[code];
    const { what = code, todo = "" } = entry ?? {};
    return { code, what, todo, ...counts, examples: rows.map(({ path }) => basename(path)) };
  });
}

/** Models and engines that worked on frames of the day. */
export interface DayTools {
  readonly models: readonly { role: string; name: string; version: string; sha256: string; frames: number }[];
  readonly engines: readonly { name: string; version: string; device: string; frames: number }[];
  readonly runs: readonly { version: string; host: string; startedMs: number; configSha256: string }[];
}

export function dayTools(file: DayFile): DayTools {
  const day = ofDay(file);
  return {
    models: file.select(
      `SELECT m.role, m.name, m.version, m.sha256, count(*) AS frames FROM models m
       JOIN frames f ON m.id = CASE m.role WHEN 'classifier' THEN f.classifier_id ELSE f.reconstructor_id END
       WHERE ${day} GROUP BY m.id ORDER BY m.role, frames DESC`,
    ),
    engines: file.select(
      `SELECT f.engine_name AS name, f.engine_version AS version, f.engine_device AS device, count(*) AS frames FROM frames f
       WHERE ${day} AND f.engine_name IS NOT NULL GROUP BY 1, 2, 3 ORDER BY frames DESC`,
    ),
    runs: file.select(
      `SELECT version, host, started_ms AS startedMs, config_sha256 AS configSha256 FROM runs
       WHERE started_ms < ${file.endMs} AND coalesce(ended_ms, ${file.endMs}) >= ${file.startMs} ORDER BY started_ms`,
    ),
  };
}
