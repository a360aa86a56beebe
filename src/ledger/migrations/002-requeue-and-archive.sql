-- Frames that were set aside can be put back by people (`refocusd requeue`), and the story of old frames may leave the ledger
-- once the file of its day is known to hold it (`ledger.keepDays`).

-- The day ("YYYY-MM-DD") in whose daily file the story of this frame is; null while it is here.
ALTER TABLE frames ADD COLUMN archived_day TEXT;

-- The same table as LEGAL_TRANSITIONS in src/ledger/transitions.ts; a test compares them.
DROP TRIGGER frames_transition;
CREATE TRIGGER frames_transition BEFORE UPDATE OF state ON frames
WHEN OLD.state <> NEW.state AND NOT (
  (OLD.state = 'seen' AND NEW.state IN ('ready', 'quarantined', 'gone'))
  OR (OLD.state = 'ready' AND NEW.state IN ('working', 'gone', 'superseded'))
  OR (OLD.state = 'working' AND NEW.state IN ('ready', 'done', 'quarantined', 'gone', 'superseded'))
  OR (OLD.state = 'quarantined' AND NEW.state IN ('seen', 'ready')))
BEGIN SELECT RAISE(ABORT, 'illegal transition of a frame'); END;

-- Events leave only after their frame was marked as archived.
DROP TRIGGER events_no_delete;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
WHEN OLD.frame_id IS NULL OR (SELECT archived_day FROM frames WHERE id = OLD.frame_id) IS NULL
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TRIGGER frames_archived_once BEFORE UPDATE OF archived_day ON frames
WHEN OLD.archived_day IS NOT NULL OR NEW.state NOT IN ('done', 'quarantined', 'gone', 'superseded')
BEGIN SELECT RAISE(ABORT, 'only the story of an ended frame leaves, and once'); END;

-- The details in JSON may leave with the story; nothing else of a finished frame changes, as before.
DROP TRIGGER frames_done_is_final;
CREATE TRIGGER frames_done_is_final BEFORE UPDATE OF
  id, path, root, revision, page, state, pages, type, sha256, size_bytes, mtime_ms,
  series_key, well, position, time_index, z_index, channel, seq,
  width, height, channels, bit_depth, pixel_size_um, acquired_ms,
  verdict, p_defocused, focused_below, defocused_above,
  classifier_id, reconstructor_id, engine_name, engine_version, engine_device, run_id, error_code, error_detail,
  is_live, failed_attempts, not_before_ms, seen_ms, last_change_ms, settled_ms, started_ms, finished_ms ON frames
WHEN OLD.state = 'done'
BEGIN SELECT RAISE(ABORT, 'a finished frame does not change'); END;

CREATE TRIGGER frames_done_details BEFORE UPDATE OF facts_json, focus_map_json, scores_json, timings_json ON frames
WHEN OLD.state = 'done' AND (NEW.archived_day IS NULL
  OR coalesce(NEW.facts_json, NEW.focus_map_json, NEW.scores_json, NEW.timings_json) IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a finished frame does not change'); END;
