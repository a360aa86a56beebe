-- What else a verdict rests on; and a chain of hashes over every outcome, so that later changes show.

-- Where in each tile the network looked and what is to be seen there: rows of [left, top, side, contrast, signal to noise, 1 if blank],
-- in the order of the focus map.
ALTER TABLE frames ADD COLUMN tiles_json TEXT;
-- By which mean and s.d. each channel was standardised, in counts, and how stored values became counts.
ALTER TABLE frames ADD COLUMN normalisation_json TEXT;
-- The settings under which the frame was worked on: the configuration can change while a run goes on.
ALTER TABLE frames ADD COLUMN settings_json TEXT;

-- The last digits of a network's answer depend on them.
ALTER TABLE runs ADD COLUMN node_version TEXT;
ALTER TABLE runs ADD COLUMN platform TEXT;
ALTER TABLE runs ADD COLUMN cpu TEXT;

-- 1: it had come to its end before there was a chain; the chain says nothing about it.
ALTER TABLE frames ADD COLUMN before_chain INTEGER NOT NULL DEFAULT 0 CHECK (before_chain IN (0, 1));
UPDATE frames SET before_chain = 1 WHERE state IN ('done', 'quarantined', 'gone', 'superseded');
CREATE INDEX frames_before_chain ON frames (id) WHERE before_chain = 1;

-- One link for each time that a frame came to an end. docs/provenance.md tells what is hashed, byte by byte.
CREATE TABLE chain (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  kind TEXT NOT NULL CHECK (kind IN ('begin', 'restored', 'done', 'quarantined', 'gone', 'superseded')),
  at_ms INTEGER NOT NULL,
  frame_id INTEGER REFERENCES frames (id),
  -- what is covered of the frame's history: attempts up to this number, events up to this id
  through_attempt INTEGER,
  through_event INTEGER,
  -- SHA-256 as 32 bytes: of the frame's row; of its output; of the details and of the history, which may leave the ledger
  frame_sha256 BLOB,
  output_sha256 BLOB,
  details_sha256 BLOB,
  history_sha256 BLOB,
  -- what was hashed for the row, where the row may still change (it was set aside); else what begin or restored says
  text TEXT,
  chain_sha256 BLOB NOT NULL CHECK (length(chain_sha256) = 32),
  CHECK ((kind IN ('begin', 'restored')) = (frame_id IS NULL))
);
CREATE INDEX chain_frame ON chain (frame_id);

CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;

CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;

CREATE TRIGGER frames_before_chain_stays BEFORE UPDATE OF before_chain ON frames
BEGIN SELECT RAISE(ABORT, 'which frames the chain says nothing about does not change'); END;

DROP TRIGGER frames_done_details;
CREATE TRIGGER frames_done_details BEFORE UPDATE OF
  facts_json, focus_map_json, scores_json, timings_json, tiles_json, normalisation_json, settings_json ON frames
WHEN OLD.state = 'done' AND (NEW.archived_day IS NULL
  OR coalesce(NEW.facts_json, NEW.focus_map_json, NEW.scores_json, NEW.timings_json,
    NEW.tiles_json, NEW.normalisation_json, NEW.settings_json) IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a finished frame does not change'); END;
