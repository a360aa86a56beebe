-- The views of a daily log that are made for people. They rest on the ledger's own views (v_…), on the day that `meta` names, and on the
-- tables `places` and `error_codes` beside them. For :TRUST_VERDICT stands what src/report/trust-verdict.ts says. Comments inside of a view are kept by SQLite and shown by browsers of databases.

CREATE VIEW today AS
-- One row per frame of this day: judged, set aside or lost on this day, or still open. The newest content of each file.
-- Times are local to the reader, as in all views.
SELECT
  coalesce(v.settled_at, v.seen_at) AS arrived_at,
  v.finished_at,
  p.place, -- folder, name, well and position, without channel and z
  v.time_index,
  v.z_index,
  v.channel,
  v.file,
  v.state, -- done: it has a verdict
  v.verdict,
  v.p_defocused, -- 0: surely in focus, 1: surely not
  round(f.p_spectrum, 3) AS p_spectrum, -- the same by the power spectrum alone: a second opinion
  v.distance_dof, -- how far out of focus by the power spectrum, either way, in depths of field; 5.2 means "or more"
  v.distance_low_dof, -- from this
  v.distance_high_dof, -- to this: holds the truth in two cases of three
  v.distance_um, -- the same as distance_dof, where the file tells the NA
  v.reconstruction, -- computed, not measured; the source is untouched
  v.trust,
  :TRUST_VERDICT AS trust_verdict,
  json_extract(f.scores_json, '$.defocusDof') AS defocus_dof,
  json_extract(f.scores_json, '$.heldDof') AS held_dof, -- by optics so far out of focus it was held to its source; empty: by the network alone
  v.latency_s,
  v.error_code,
  v.path,
  v.page,
  v.well,
  v.position,
  v.series,
  v.root,
  v.id AS frame_id
FROM v_frames v
JOIN frames f ON f.id = v.id
LEFT JOIN reconstructions r ON r.frame_id = f.id
LEFT JOIN places p ON p.root = v.root AND p.series = v.series
WHERE f.finished_ms IS NULL
  OR (f.finished_ms >= (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'daily-log.startMs')
    AND f.finished_ms < (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'daily-log.endMs'));

CREATE VIEW defocused AS
-- The day's frames that were out of focus, the worst first, each with its reconstruction if there is one.
SELECT p_defocused, p_spectrum, distance_dof, distance_low_dof, distance_high_dof, distance_um, place, time_index, z_index, channel, file, reconstruction, trust, trust_verdict, defocus_dof, held_dof, arrived_at, path, page, frame_id
FROM today
WHERE verdict = 'defocused'
ORDER BY p_defocused DESC, path, page;

CREATE VIEW by_position AS
-- One row per position (all channels and z together). Frames whose names tell no position share one row.
SELECT
  t.place,
  count(*) AS frames,
  sum(t.verdict IS 'focused') AS focused,
  sum(t.verdict IS 'defocused') AS defocused,
  sum(t.verdict IS 'uncertain') AS uncertain,
  sum(t.verdict IS 'blank') AS blank,
  count(t.reconstruction) AS reconstructed,
  sum(t.state IN ('quarantined', 'gone')) AS problems,
  sum(t.state IN ('seen', 'ready', 'working')) AS pending,
  round(100.0 * sum(t.verdict IS 'defocused') / nullif(count(t.verdict), 0), 1) AS defocused_percent, -- of those with a verdict
  round(avg(t.p_defocused), 3) AS mean_p_defocused,
  round(max(t.p_defocused), 3) AS max_p_defocused,
  min(t.time_index) AS first_time_index,
  max(t.time_index) AS last_time_index,
  min(t.arrived_at) AS first_arrived_at,
  max(t.arrived_at) AS last_arrived_at,
  t.root
FROM today t
LEFT JOIN places p ON p.root = t.root AND p.series = t.series
GROUP BY t.root, t.place
ORDER BY t.root, min(p.rank);

CREATE VIEW timeline AS
-- One row per hour in which frames arrived. A long pause is a microscope that stood still, or a folder that was away.
SELECT
  substr(arrived_at, 1, 13) || ':00' AS hour,
  count(*) AS frames,
  sum(verdict IS 'focused') AS focused,
  sum(verdict IS 'defocused') AS defocused,
  sum(verdict IS 'uncertain') AS uncertain,
  sum(verdict IS 'blank') AS blank,
  count(reconstruction) AS reconstructed,
  sum(state IN ('quarantined', 'gone')) AS problems,
  round(max(pause_s), 1) AS longest_pause_s, -- from one frame's arrival to the next one's, told with the later one
  round(avg(latency_s), 3) AS mean_latency_s,
  max(latency_s) AS max_latency_s
FROM (
  SELECT *, 86400.0 * (julianday(arrived_at) - julianday(lag(arrived_at) OVER (ORDER BY arrived_at))) AS pause_s FROM today
)
GROUP BY hour
ORDER BY hour;

CREATE VIEW problems AS
-- Frames that have no verdict and will not get one by themselves, and those that are being tried again: what happened, what to do.
SELECT
  v.error_code,
  c.what,
  c.todo,
  t.file,
  t.place,
  t.time_index,
  v.state,
  v.error_detail,
  v.failed_attempts,
  v.since,
  v.tried_again_at,
  v.path,
  v.page,
  v.id AS frame_id
FROM v_problems v
JOIN today t ON t.frame_id = v.id
LEFT JOIN error_codes c ON c.code = v.error_code
ORDER BY v.error_code, v.path, v.page;

CREATE VIEW summary AS
-- The day in a few lines.
SELECT 'day' AS what, (SELECT value FROM meta WHERE key = 'daily-log.day') AS value
UNION ALL SELECT 'time zone', (SELECT value FROM meta WHERE key = 'daily-log.timeZone')
UNION ALL SELECT 'positions', (SELECT count(*) FROM by_position WHERE place IS NOT NULL)
UNION ALL SELECT 'frames', (SELECT count(*) FROM today)
UNION ALL SELECT 'focused', (SELECT count(*) FROM today WHERE verdict = 'focused')
UNION ALL SELECT 'defocused', (SELECT count(*) FROM today WHERE verdict = 'defocused')
UNION ALL SELECT 'uncertain', (SELECT count(*) FROM today WHERE verdict = 'uncertain')
UNION ALL SELECT 'blank', (SELECT count(*) FROM today WHERE verdict = 'blank')
UNION ALL SELECT 'reconstructed', (SELECT count(*) FROM today WHERE reconstruction IS NOT NULL)
UNION ALL SELECT 'without a verdict', (SELECT count(*) FROM today WHERE state IN ('quarantined', 'gone'))
UNION ALL SELECT 'still open', (SELECT count(*) FROM today WHERE state IN ('seen', 'ready', 'working'))
UNION ALL SELECT 'first frame at', (SELECT min(arrived_at) FROM today)
UNION ALL SELECT 'last frame at', (SELECT max(arrived_at) FROM today)
UNION ALL SELECT 'mean time to a verdict, s', (SELECT round(avg(latency_s), 3) FROM today WHERE state = 'done')
UNION ALL SELECT 'longest time to a verdict, s', (SELECT max(latency_s) FROM today WHERE state = 'done')
UNION ALL SELECT 'model, ' || role, name || ' ' || version || ' (SHA-256 ' || sha256 || ')' FROM models;
