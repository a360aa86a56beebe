-- The questions people ask. Made anew after every migration, so they always fit the newest tables.
-- Frames in views are the newest content of each file; earlier contents are in the table `frames`.

CREATE VIEW v_frames AS
SELECT
  f.id,
  replace(f.path, rtrim(f.path, replace(f.path, '/', '')), '') AS file,
  f.page,
  f.state,
  f.verdict,
  round(f.p_defocused, 3) AS p_defocused,
  round(f.p_spectrum, 3) AS p_spectrum,
  round(f.distance_dof, 2) AS distance_dof,
  round(f.distance_low_dof, 2) AS distance_low_dof,
  round(f.distance_high_dof, 2) AS distance_high_dof,
  round(f.distance_dof * coalesce(f.emission_nm / 1000.0, 0.55) / (f.na * f.na), 2) AS distance_um,
  r.path AS reconstruction,
  round(r.trust, 3) AS trust,
  f.series_key AS series,
  f.well,
  f.position,
  f.time_index,
  f.z_index,
  f.channel,
  f.width,
  f.height,
  f.channels,
  f.bit_depth,
  f.pixel_size_um,
  round(f.acquired_ms / 1000.0, 3) AS acquired_s,
  strftime('%Y-%m-%d %H:%M:%f', f.acquired_at_ms / 1000.0, 'unixepoch', 'localtime') AS acquired_at,
  f.stage_x_um,
  f.stage_y_um,
  f.stage_z_um,
  f.objective,
  f.na,
  f.exposure_ms,
  f.name_unread,
  strftime('%Y-%m-%d %H:%M:%f', f.seen_ms / 1000.0, 'unixepoch', 'localtime') AS seen_at,
  strftime('%Y-%m-%d %H:%M:%f', f.settled_ms / 1000.0, 'unixepoch', 'localtime') AS settled_at,
  strftime('%Y-%m-%d %H:%M:%f', f.finished_ms / 1000.0, 'unixepoch', 'localtime') AS finished_at,
  round((f.finished_ms - f.settled_ms) / 1000.0, 3) AS latency_s,
  f.failed_attempts,
  f.error_code,
  f.error_detail,
  c.name || ' ' || c.version AS classifier,
  m.name || ' ' || m.version AS reconstructor,
  f.engine_name || ' ' || f.engine_version || ' (' || f.engine_device || ')' AS engine,
  f.revision,
  f.sha256,
  f.path,
  f.root
FROM frames f
LEFT JOIN reconstructions r ON r.frame_id = f.id
LEFT JOIN models c ON c.id = f.classifier_id
LEFT JOIN models m ON m.id = f.reconstructor_id
WHERE f.is_current = 1;

CREATE VIEW v_defocused AS
SELECT * FROM v_frames WHERE verdict = 'defocused';

CREATE VIEW v_reconstructions AS
SELECT
  r.id,
  r.path AS reconstruction,
  round(r.trust, 3) AS trust,
  f.path AS source,
  f.page,
  f.verdict,
  round(f.p_defocused, 3) AS p_defocused,
  round(f.p_spectrum, 3) AS p_spectrum,
  round(f.distance_dof, 2) AS distance_dof,
  round(f.distance_low_dof, 2) AS distance_low_dof,
  round(f.distance_high_dof, 2) AS distance_high_dof,
  m.name AS model,
  m.version AS model_version,
  m.sha256 AS model_sha256,
  strftime('%Y-%m-%d %H:%M:%f', r.created_ms / 1000.0, 'unixepoch', 'localtime') AS created_at,
  r.size_bytes,
  r.sha256,
  f.sha256 AS source_sha256,
  f.is_current AS source_unchanged,
  f.id AS frame_id
FROM reconstructions r
JOIN frames f ON f.id = r.frame_id
LEFT JOIN models m ON m.id = r.model_id;

CREATE VIEW v_summary_by_series AS
SELECT
  f.root,
  f.series_key AS series,
  count(*) AS frames,
  sum(f.verdict IS 'focused') AS focused,
  sum(f.verdict IS 'defocused') AS defocused,
  sum(f.verdict IS 'uncertain') AS uncertain,
  sum(f.verdict IS 'blank') AS blank,
  count(r.id) AS reconstructed,
  sum(f.state IN ('seen', 'ready', 'working')) AS pending,
  sum(f.state IN ('quarantined', 'gone')) AS problems,
  min(f.time_index) AS first_time_index,
  max(f.time_index) AS last_time_index,
  strftime('%Y-%m-%d %H:%M:%f', min(f.settled_ms) / 1000.0, 'unixepoch', 'localtime') AS first_settled_at,
  strftime('%Y-%m-%d %H:%M:%f', max(f.settled_ms) / 1000.0, 'unixepoch', 'localtime') AS last_settled_at
FROM frames f
LEFT JOIN reconstructions r ON r.frame_id = f.id
WHERE f.is_current = 1
GROUP BY f.root, f.series_key;

-- Each series step by step, by what the files tell: the true time since the frame before, and where the focus drive stood. A time that
-- runs backwards (another acquisition into the same names) is no interval.
CREATE VIEW v_series_steps AS
SELECT
  root,
  series_key AS series,
  time_index,
  round(acquired_ms / 1000.0, 3) AS acquired_s,
  CASE WHEN acquired_ms > lag(acquired_ms) OVER in_time
    THEN round((acquired_ms - lag(acquired_ms) OVER in_time) / 1000.0, 3) END AS interval_s,
  stage_z_um,
  round(stage_z_um - lag(stage_z_um) OVER in_time, 3) AS z_step_um,
  lag(id) OVER in_time IS NULL AS is_first,
  lead(id) OVER in_time IS NULL AS is_last,
  path,
  page
FROM frames
WHERE is_current = 1 AND series_key IS NOT NULL AND time_index IS NOT NULL
  AND (acquired_ms IS NOT NULL OR stage_z_um IS NOT NULL)
WINDOW in_time AS (PARTITION BY root, series_key ORDER BY time_index, page);

CREATE VIEW v_series_course AS
SELECT
  root,
  series,
  count(*) AS frames,
  round(avg(interval_s), 3) AS mean_interval_s,
  min(interval_s) AS shortest_interval_s,
  max(interval_s) AS longest_interval_s,
  max(CASE WHEN is_first THEN stage_z_um END) AS first_z_um,
  max(CASE WHEN is_last THEN stage_z_um END) AS last_z_um,
  min(stage_z_um) AS lowest_z_um,
  max(stage_z_um) AS highest_z_um
FROM v_series_steps
GROUP BY root, series;

CREATE VIEW v_problems AS
SELECT
  f.id,
  f.path,
  f.page,
  f.state,
  f.error_code,
  f.error_detail,
  f.failed_attempts,
  strftime('%Y-%m-%d %H:%M:%f', coalesce(f.finished_ms, f.started_ms, f.seen_ms) / 1000.0, 'unixepoch', 'localtime')
    AS since,
  CASE WHEN f.state = 'ready'
    THEN strftime('%Y-%m-%d %H:%M:%f', f.not_before_ms / 1000.0, 'unixepoch', 'localtime') END AS tried_again_at
FROM frames f
WHERE f.is_current = 1
  AND (f.state IN ('quarantined', 'gone') OR (f.state IN ('ready', 'working') AND f.error_code IS NOT NULL));

CREATE VIEW v_events AS
SELECT
  e.id,
  strftime('%Y-%m-%d %H:%M:%f', e.at_ms / 1000.0, 'unixepoch', 'localtime') AS at,
  e.kind,
  f.path,
  f.page,
  f.revision,
  e.detail_json AS detail,
  e.frame_id,
  e.run_id
FROM events e
LEFT JOIN frames f ON f.id = e.frame_id;
