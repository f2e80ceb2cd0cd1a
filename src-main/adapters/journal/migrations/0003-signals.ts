// What signals are asked for: by voter, regime, reason and what became of them. Filled from the chain for journals that are older.

export const name = '0003-signals'

export const sql = `
DROP VIEW strategy_executions;
CREATE TABLE decisions_with_signals (
  seq INTEGER PRIMARY KEY,
  decision_id TEXT NOT NULL,
  ts_ms INTEGER NOT NULL,
  strategy_id TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  direction TEXT NOT NULL,
  regime TEXT,
  confluence REAL,
  -- 0 for an add to an open position.
  is_signal INTEGER NOT NULL,
  -- The newest record that says what became of it, and what it says.
  outcome_seq INTEGER,
  result TEXT
) STRICT;
INSERT INTO decisions_with_signals
  SELECT d.seq, d.decision_id, d.ts_ms, d.strategy_id, d.instrument_id, d.outcome, d.reason,
    coalesce(r.body ->> '$.signal.direction', 'wait'), r.body ->> '$.signal.regime.regime', r.body ->> '$.signal.confluence.after',
    coalesce(r.body ->> '$.isAdd', 0) = 0, NULL, NULL
  FROM decisions d JOIN records r ON r.seq = d.seq ORDER BY d.seq;
DROP TABLE decisions;
ALTER TABLE decisions_with_signals RENAME TO decisions;
CREATE INDEX decisions_by_id ON decisions (decision_id);
CREATE VIEW strategy_executions AS
  SELECT strategy_id, decision_id, ts_ms, instrument_id, outcome, reason, direction, regime, result FROM decisions;

-- Voters that spoke, not those that waited; value is strength × weight × multiplier.
CREATE TABLE decision_votes (
  voter TEXT NOT NULL,
  seq INTEGER NOT NULL,
  direction TEXT NOT NULL,
  value REAL,
  PRIMARY KEY (voter, seq)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO decision_votes
  SELECT v.value ->> 'voter', d.seq, v.value ->> 'direction',
    (v.value ->> 'strength') * (v.value ->> 'weight') * (v.value ->> 'multiplier')
  FROM decisions d JOIN records r ON r.seq = d.seq, json_each(r.body, '$.signal.votes') v
  WHERE v.value ->> 'direction' <> 'wait' ORDER BY d.seq, v.key;

DROP TABLE signal_outcomes;
CREATE TABLE signal_outcomes (
  seq INTEGER PRIMARY KEY,
  decision_id TEXT NOT NULL,
  strategy_id TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('long', 'short')),
  regime TEXT,
  executed INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('win', 'loss', 'expired')),
  resolved_ms INTEGER NOT NULL,
  r_multiple REAL NOT NULL,
  max_favorable_r REAL NOT NULL,
  max_adverse_r REAL NOT NULL
) STRICT;
CREATE INDEX signal_outcomes_by_strategy ON signal_outcomes (strategy_id, seq);

-- Running sums over all signals of a strategy: 'long' and 'short' by regime ('any' for none), then by reason, instrument and voter.
CREATE TABLE signal_tallies (
  dimension TEXT NOT NULL,
  key TEXT NOT NULL,
  strategy_id TEXT NOT NULL,
  executed INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  wins INTEGER NOT NULL,
  losses INTEGER NOT NULL,
  expired INTEGER NOT NULL,
  total_r REAL NOT NULL,
  total_favorable_r REAL NOT NULL,
  total_adverse_r REAL NOT NULL,
  PRIMARY KEY (dimension, key, strategy_id)
) STRICT, WITHOUT ROWID;
INSERT INTO signal_tallies
  SELECT f.dimension, f.key, f.strategy_id, sum(f.outcome = 'executed'), sum(f.outcome = 'blocked'), 0, 0, 0, 0.0, 0.0, 0.0 FROM (
    SELECT iif(direction = 'sell', 'short', 'long') AS dimension, coalesce(regime, 'any') AS key, strategy_id, outcome FROM decisions WHERE is_signal
    UNION ALL SELECT 'reason', reason, strategy_id, outcome FROM decisions WHERE is_signal
    UNION ALL SELECT 'instrument', instrument_id, strategy_id, outcome FROM decisions WHERE is_signal
    UNION ALL SELECT 'voter', v.voter, d.strategy_id, d.outcome
      FROM decisions d JOIN decision_votes v ON v.seq = d.seq AND v.direction = d.direction WHERE d.is_signal
  ) f GROUP BY f.dimension, f.key, f.strategy_id;

-- The matrix of strategy, side and regime: only cells that a person has switched.
CREATE TABLE enablement (
  strategy_id TEXT NOT NULL,
  side TEXT NOT NULL,
  regime TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (strategy_id, side, regime)
) STRICT, WITHOUT ROWID;
`
