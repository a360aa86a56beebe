-- How a frame was acquired, as its file tells, in columns of its own: they stay when the story of a frame leaves the ledger.

-- When, in milliseconds since 1970 UTC. Some exports of NIS-Elements write the start of the acquisition into every file:
-- for times between frames use acquired_ms.
ALTER TABLE frames ADD COLUMN acquired_at_ms INTEGER;
-- Where the stage stood, in micrometres; z is what the focus drive read, not where it was sent.
ALTER TABLE frames ADD COLUMN stage_x_um REAL;
ALTER TABLE frames ADD COLUMN stage_y_um REAL;
ALTER TABLE frames ADD COLUMN stage_z_um REAL;
ALTER TABLE frames ADD COLUMN objective TEXT;
ALTER TABLE frames ADD COLUMN na REAL;
ALTER TABLE frames ADD COLUMN magnification REAL;
ALTER TABLE frames ADD COLUMN emission_nm REAL;
ALTER TABLE frames ADD COLUMN exposure_ms REAL;
ALTER TABLE frames ADD COLUMN camera TEXT;
ALTER TABLE frames ADD COLUMN channel_name TEXT;
-- 1: the file's name was to be read, and no pattern fitted.
ALTER TABLE frames ADD COLUMN name_unread INTEGER NOT NULL DEFAULT 0 CHECK (name_unread IN (0, 1));

CREATE INDEX frames_unread_names ON frames (root) WHERE is_current = 1 AND page = 0 AND name_unread = 1;

-- What earlier versions kept in JSON only.
UPDATE frames SET
  stage_x_um = json_extract(facts_json, '$.stageUm.x'),
  stage_y_um = json_extract(facts_json, '$.stageUm.y'),
  stage_z_um = json_extract(facts_json, '$.stageUm.z'),
  objective = json_extract(facts_json, '$.objective'),
  na = json_extract(facts_json, '$.na'),
  magnification = json_extract(facts_json, '$.magnification'),
  exposure_ms = json_extract(facts_json, '$.exposureMs'),
  camera = json_extract(facts_json, '$.camera'),
  channel_name = json_extract(facts_json, '$.channelName')
WHERE facts_json IS NOT NULL;

DROP TRIGGER frames_done_is_final;
CREATE TRIGGER frames_done_is_final BEFORE UPDATE OF
  id, path, root, revision, page, state, pages, type, sha256, size_bytes, mtime_ms,
  series_key, well, position, time_index, z_index, channel, seq, name_unread,
  width, height, channels, bit_depth, pixel_size_um, acquired_ms, acquired_at_ms,
  stage_x_um, stage_y_um, stage_z_um, objective, na, magnification, emission_nm, exposure_ms, camera, channel_name,
  verdict, p_defocused, focused_below, defocused_above,
  classifier_id, reconstructor_id, engine_name, engine_version, engine_device, run_id, error_code, error_detail,
  is_live, failed_attempts, not_before_ms, seen_ms, last_change_ms, settled_ms, started_ms, finished_ms ON frames
WHEN OLD.state = 'done'
BEGIN SELECT RAISE(ABORT, 'a finished frame does not change'); END;
