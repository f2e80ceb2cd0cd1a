// What the lab did: runs with what they left behind, trials of searches, jobs.

export const name = '0001-runs-trials-jobs'

export const sql = `
CREATE TABLE runs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  parent_seq INTEGER REFERENCES runs (seq) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'canceled')),
  title TEXT NOT NULL,
  note TEXT NOT NULL,
  playbook_id TEXT NOT NULL,
  instruments TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  seconds REAL,
  code_version TEXT NOT NULL,
  seed INTEGER NOT NULL,
  metrics TEXT NOT NULL,
  passed INTEGER,
  has_journal INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '',
  -- 1 from the moment somebody deleted it: nobody sees it any more, its folder and rows follow.
  deleting INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_by_parent ON runs (parent_seq, seq);
CREATE INDEX runs_by_state ON runs (state) WHERE state = 'running';
CREATE INDEX runs_deleting ON runs (deleting) WHERE deleting = 1;

-- JSON by name: spec, passports, state, and whatever a run left behind. Encoding 0 is the text itself, 1 is zstd of it.
CREATE TABLE artefacts (
  run_seq INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
  name TEXT NOT NULL,
  encoding INTEGER NOT NULL CHECK (encoding IN (0, 1)),
  body BLOB NOT NULL,
  PRIMARY KEY (run_seq, name)
) STRICT;

CREATE TABLE trials (
  run_seq INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'pruned', 'failed')),
  parameters TEXT NOT NULL,
  objective REAL,
  metrics TEXT NOT NULL,
  intermediate TEXT NOT NULL,
  seconds REAL,
  worker TEXT NOT NULL,
  message TEXT NOT NULL,
  saved_ms INTEGER NOT NULL,
  PRIMARY KEY (run_seq, number)
) STRICT, WITHOUT ROWID;

-- Apart from the trials, so that a list of them does not read past the returns. Little-endian doubles, zstd.
CREATE TABLE trial_returns (
  run_seq INTEGER NOT NULL,
  number INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (run_seq, number),
  FOREIGN KEY (run_seq, number) REFERENCES trials (run_seq, number) ON DELETE CASCADE
) STRICT;

CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'done', 'failed', 'canceled')),
  -- Of the run it made, until that is deleted.
  run_id TEXT,
  ended_ms INTEGER,
  -- What the screen sees.
  view TEXT NOT NULL,
  -- What is needed to go on with it: JSON in the encodings of artefacts, or nothing.
  encoding INTEGER,
  resume BLOB
) STRICT;
CREATE INDEX jobs_unfinished ON jobs (seq) WHERE state IN ('queued', 'running', 'paused');
CREATE INDEX jobs_ended ON jobs (ended_ms, seq) WHERE state IN ('done', 'failed', 'canceled');
CREATE INDEX jobs_by_run ON jobs (run_id) WHERE run_id IS NOT NULL;
`
