// What is remembered of the sources. An empty instrument id stands for the whole market: a key may not be null.

export const name = '0001-values-and-headlines'

export const sql = `
CREATE TABLE last_values (
  measure TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  ts_ms INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (measure, instrument_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE measure_points (
  measure TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  ts_ms INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (measure, instrument_id, ts_ms)
) STRICT, WITHOUT ROWID;

-- Up to where the archive of a series is whole. Polled rows lie beyond it, perhaps after a hole.
CREATE TABLE archive_reached (
  measure TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  reached_ms INTEGER NOT NULL,
  PRIMARY KEY (measure, instrument_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE headlines (
  id TEXT PRIMARY KEY,
  ts_ms INTEGER NOT NULL,
  source TEXT NOT NULL,
  title TEXT NOT NULL,
  link TEXT,
  sentiment REAL NOT NULL,
  assets TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX headlines_by_time ON headlines (ts_ms);
`
