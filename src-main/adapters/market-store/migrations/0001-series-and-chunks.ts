export const name = '0001-series-and-chunks'

/**
 * A series without an id is an import that has not been finished: its chunks belong to nobody yet. Keys and chunk ids are never used again,
 * so that what a reader keeps in memory by chunk id can never be of another chunk.
 */
export const sql = `
CREATE TABLE instruments (
  venue TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  known_from TEXT NOT NULL CHECK (known_from IN ('venue', 'bundled', 'inferred')),
  body TEXT NOT NULL,
  PRIMARY KEY (venue, instrument_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT UNIQUE,
  venue TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('candles', 'funding', 'trades')),
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  version INTEGER NOT NULL,
  passport TEXT NOT NULL
) STRICT;
CREATE INDEX series_by_instrument ON series (venue, instrument_id, kind);

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  series_key INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
-- Holds all that a directory of chunks needs, so that no body is touched to find one.
CREATE INDEX chunks_by_time ON chunks (series_key, from_ms, to_ms, rows);

CREATE TABLE seeded (sha256 TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`
