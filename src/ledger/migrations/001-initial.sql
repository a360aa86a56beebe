-- Times are integer milliseconds since 1970 UTC (`…_ms`); the views show them as local time.
-- No STRICT tables: DB Browser for SQLite read them only from version 3.13 (2024) on.

CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

-- One row per start of the daemon or of a command that works on frames.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  version TEXT NOT NULL,
  config_sha256 TEXT NOT NULL,
  host TEXT NOT NULL,
  engine_name TEXT,
  engine_version TEXT,
  engine_device TEXT,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER
);

CREATE TABLE models (
  id INTEGER PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('classifier', 'reconstructor')),
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  card_json TEXT,
  registered_ms INTEGER NOT NULL,
  UNIQUE (role, name, version, sha256)
);

-- One row per (source file, content, page): queue, verdict and provenance in one.
CREATE TABLE frames (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  root TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  page INTEGER NOT NULL CHECK (page >= 0),
  is_current INTEGER NOT NULL DEFAULT 1 CHECK (is_current IN (0, 1)),
  state TEXT NOT NULL
    CHECK (state IN ('seen', 'ready', 'working', 'done', 'quarantined', 'gone', 'superseded')),

  -- the file, as it was settled
  pages INTEGER CHECK (pages >= 1),
  type TEXT CHECK (type IN ('tiff', 'png', 'jpeg')),
  sha256 TEXT CHECK (length(sha256) = 64),
  size_bytes INTEGER,
  mtime_ms REAL,
  -- the newest stat under which this content was met: a file that still shows it needs no second look.
  -- REAL: file systems tell fractions of a millisecond, and the comparison is for equality.
  stat_size_bytes INTEGER,
  stat_mtime_ms REAL,
  stat_ctime_ms REAL,

  -- what its name says
  series_key TEXT,
  well TEXT,
  position TEXT,
  time_index INTEGER,
  z_index INTEGER,
  channel TEXT,
  seq INTEGER,

  -- what its pixels and tags say
  width INTEGER,
  height INTEGER,
  channels INTEGER,
  bit_depth INTEGER,
  pixel_size_um REAL,
  acquired_ms REAL,
  facts_json TEXT,

  -- the verdict, and what it rests on
  verdict TEXT CHECK (verdict IN ('focused', 'defocused', 'uncertain', 'blank')),
  p_defocused REAL CHECK (p_defocused BETWEEN 0 AND 1),
  focus_map_json TEXT,
  scores_json TEXT,
  focused_below REAL,
  defocused_above REAL,
  timings_json TEXT,
  classifier_id INTEGER REFERENCES models (id),
  reconstructor_id INTEGER REFERENCES models (id),
  engine_name TEXT,
  engine_version TEXT,
  engine_device TEXT,
  run_id INTEGER REFERENCES runs (id),

  error_code TEXT,
  error_detail TEXT,

  -- the queue
  is_live INTEGER NOT NULL DEFAULT 0 CHECK (is_live IN (0, 1)),
  failed_attempts INTEGER NOT NULL DEFAULT 0,
  not_before_ms INTEGER NOT NULL DEFAULT 0,

  seen_ms INTEGER NOT NULL,
  last_change_ms INTEGER,
  settled_ms INTEGER,
  started_ms INTEGER,
  finished_ms INTEGER,

  UNIQUE (path, revision, page),
  CHECK ((state = 'done') = (verdict IS NOT NULL)),
  CHECK (state <> 'quarantined' OR error_code IS NOT NULL),
  CHECK (state NOT IN ('ready', 'working', 'done')
    OR (sha256 IS NOT NULL AND type IS NOT NULL AND pages IS NOT NULL AND settled_ms IS NOT NULL)),
  CHECK ((state IN ('done', 'quarantined', 'gone', 'superseded')) = (finished_ms IS NOT NULL)),
  CHECK (is_current = 1 OR state NOT IN ('seen', 'ready')),
  CHECK (is_current = 0 OR state <> 'superseded')
);

-- Each file shows exactly one state per page …
CREATE UNIQUE INDEX frames_current ON frames (path, page) WHERE is_current = 1;
-- … and is never worked on twice at a time: both contents would write the same output.
CREATE UNIQUE INDEX frames_working ON frames (path, page) WHERE state = 'working';
CREATE INDEX frames_queue ON frames (is_live DESC, settled_ms, id, not_before_ms) WHERE state = 'ready';
CREATE INDEX frames_series_queue ON frames (root, series_key, is_live, time_index, page, id) WHERE state = 'ready';
CREATE INDEX frames_known ON frames (root, path) WHERE is_current = 1 AND page = 0;
CREATE INDEX frames_counts ON frames (root, state, verdict) WHERE is_current = 1;
CREATE INDEX frames_series ON frames (root, series_key, time_index);
CREATE INDEX frames_finished ON frames (finished_ms);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  frame_id INTEGER NOT NULL REFERENCES frames (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  run_id INTEGER REFERENCES runs (id),
  started_ms INTEGER NOT NULL,
  finished_ms INTEGER,
  -- interrupted: the daemon was restarted meanwhile; released: handed back untried
  outcome TEXT CHECK (outcome IN ('done', 'failed', 'interrupted', 'released')),
  error_code TEXT,
  error_detail TEXT,
  retry_not_before_ms INTEGER,
  UNIQUE (frame_id, number),
  CHECK ((finished_ms IS NULL) = (outcome IS NULL)),
  CHECK ((outcome IS 'failed') = (error_code IS NOT NULL))
);
CREATE UNIQUE INDEX attempts_open ON attempts (frame_id) WHERE finished_ms IS NULL;

CREATE TABLE reconstructions (
  id INTEGER PRIMARY KEY,
  frame_id INTEGER NOT NULL UNIQUE REFERENCES frames (id),
  model_id INTEGER REFERENCES models (id),
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  size_bytes INTEGER NOT NULL,
  trust REAL CHECK (trust BETWEEN 0 AND 1),
  created_ms INTEGER NOT NULL
);
CREATE INDEX reconstructions_path ON reconstructions (path);

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  frame_id INTEGER REFERENCES frames (id),
  run_id INTEGER REFERENCES runs (id),
  detail_json TEXT
);
CREATE INDEX events_at ON events (at_ms);
CREATE INDEX events_frame ON events (frame_id);

-- What people say about frames.
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY,
  frame_id INTEGER NOT NULL REFERENCES frames (id),
  reviewer TEXT NOT NULL,
  verdict TEXT CHECK (verdict IN ('focused', 'defocused', 'uncertain', 'blank')),
  note TEXT,
  reviewed_ms INTEGER NOT NULL
);
CREATE INDEX reviews_frame ON reviews (frame_id);

-- The promises of the ledger, kept by the database itself.

CREATE TRIGGER events_no_update BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TRIGGER frames_no_delete BEFORE DELETE ON frames
BEGIN SELECT RAISE(ABORT, 'frames are never deleted'); END;

-- The same table as LEGAL_TRANSITIONS in src/ledger/transitions.ts; a test compares them.
CREATE TRIGGER frames_transition BEFORE UPDATE OF state ON frames
WHEN OLD.state <> NEW.state AND NOT (
  (OLD.state = 'seen' AND NEW.state IN ('ready', 'quarantined', 'gone'))
  OR (OLD.state = 'ready' AND NEW.state IN ('working', 'gone', 'superseded'))
  OR (OLD.state = 'working' AND NEW.state IN ('ready', 'done', 'quarantined', 'gone', 'superseded')))
BEGIN SELECT RAISE(ABORT, 'illegal transition of a frame'); END;

-- Only is_current and the stat_… columns of a finished frame may still change.
CREATE TRIGGER frames_done_is_final BEFORE UPDATE OF
  id, path, root, revision, page, state, pages, type, sha256, size_bytes, mtime_ms,
  series_key, well, position, time_index, z_index, channel, seq,
  width, height, channels, bit_depth, pixel_size_um, acquired_ms, facts_json,
  verdict, p_defocused, focus_map_json, scores_json, focused_below, defocused_above, timings_json,
  classifier_id, reconstructor_id, engine_name, engine_version, engine_device, run_id, error_code, error_detail,
  is_live, failed_attempts, not_before_ms, seen_ms, last_change_ms, settled_ms, started_ms, finished_ms ON frames
WHEN OLD.state = 'done'
BEGIN SELECT RAISE(ABORT, 'a finished frame does not change'); END;
