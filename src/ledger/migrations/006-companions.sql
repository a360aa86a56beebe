-- Files that are written beside a verdict: maps for looking at, and pages taken out of larger files. The event `finished` names them with
-- their hashes, too: by that the chain covers them.
CREATE TABLE companions (
  id INTEGER PRIMARY KEY,
  frame_id INTEGER NOT NULL REFERENCES frames (id),
  kind TEXT NOT NULL CHECK (kind IN ('focus-map', 'trust-map', 'extract')),
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  size_bytes INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  UNIQUE (frame_id, kind)
);
CREATE INDEX companions_path ON companions (path);
