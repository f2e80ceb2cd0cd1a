// Tables for what is measured about trading rather than done by it. They stand beside the chain: their rows can be computed again.

export const name = '0002-research-tables'

export const sql = `
CREATE TABLE performance_metrics (
  metric TEXT NOT NULL,
  scope TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  value REAL,
  computed_ms INTEGER NOT NULL,
  PRIMARY KEY (metric, scope, from_ms, to_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE signal_outcomes (
  decision_id TEXT PRIMARY KEY,
  outcome TEXT NOT NULL CHECK (outcome IN ('win', 'loss', 'expired')),
  resolved_ms INTEGER NOT NULL,
  r_multiple REAL
) STRICT, WITHOUT ROWID;

CREATE TABLE positioning (
  instrument_id TEXT NOT NULL,
  ts_ms INTEGER NOT NULL,
  measure TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (instrument_id, measure, ts_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_registry (
  model_id TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL,
  card TEXT NOT NULL,
  registered_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lab_runs (
  run_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  config TEXT NOT NULL,
  result TEXT
) STRICT, WITHOUT ROWID;
`
