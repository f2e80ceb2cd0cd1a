// The chain of records, which is the truth, and the projections, which make it quick to ask. A projection row points by `seq` at the record
// that holds the whole body, so a body is written once, and what is shown or recovered is exactly what was hashed.

export const name = '0001-chain-and-projections'

export const sql = `
CREATE TABLE records (
  seq INTEGER PRIMARY KEY,
  ts_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  prev_hash BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER records_are_never_changed BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'journal records are append-only'); END;
CREATE TRIGGER records_are_never_deleted BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'journal records are append-only'); END;

CREATE TABLE trading_sessions (
  first_seq INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  seq INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  mode TEXT NOT NULL,
  market TEXT NOT NULL,
  playbook TEXT NOT NULL
) STRICT;

CREATE TABLE decisions (
  seq INTEGER PRIMARY KEY,
  decision_id TEXT NOT NULL,
  ts_ms INTEGER NOT NULL,
  strategy_id TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_by_id ON decisions (decision_id);

CREATE TABLE orders (
  first_seq INTEGER PRIMARY KEY,
  client_order_id TEXT NOT NULL UNIQUE,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  position_id TEXT,
  decision_id TEXT
) STRICT;
CREATE INDEX orders_not_final ON orders (first_seq) WHERE state NOT IN ('denied', 'filled', 'canceled', 'rejected', 'expired');
CREATE INDEX orders_by_position ON orders (position_id) WHERE position_id IS NOT NULL;

CREATE TABLE fills (
  seq INTEGER PRIMARY KEY,
  trade_id TEXT NOT NULL,
  client_order_id TEXT NOT NULL,
  quantity TEXT NOT NULL
) STRICT;
CREATE INDEX fills_by_order ON fills (client_order_id);

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  ts_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  amount TEXT NOT NULL,
  balance TEXT NOT NULL,
  instrument_id TEXT,
  position_id TEXT,
  reference TEXT NOT NULL
) STRICT;

CREATE TABLE positions (
  first_seq INTEGER PRIMARY KEY,
  position_id TEXT NOT NULL UNIQUE,
  seq INTEGER NOT NULL,
  instrument_id TEXT NOT NULL,
  decision_id TEXT,
  closed_ms INTEGER
) STRICT;
CREATE INDEX positions_open ON positions (first_seq) WHERE closed_ms IS NULL;
CREATE INDEX positions_by_decision ON positions (decision_id) WHERE decision_id IS NOT NULL;

CREATE TABLE trades (
  seq INTEGER PRIMARY KEY,
  position_id TEXT NOT NULL,
  instrument_id TEXT NOT NULL,
  strategy_id TEXT NOT NULL,
  decision_id TEXT,
  closed_ms INTEGER NOT NULL,
  net_pnl TEXT NOT NULL
) STRICT;
CREATE INDEX trades_by_close ON trades (closed_ms, seq);
CREATE INDEX trades_by_decision ON trades (decision_id) WHERE decision_id IS NOT NULL;

CREATE TABLE account_history (
  seq INTEGER PRIMARY KEY,
  ts_ms INTEGER NOT NULL,
  balance REAL NOT NULL,
  equity REAL NOT NULL,
  drawdown REAL NOT NULL
) STRICT;

CREATE TABLE risk_state (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, trading_state TEXT NOT NULL) STRICT;
CREATE TABLE checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, market_ms INTEGER NOT NULL) STRICT;

CREATE TABLE alerts (seq INTEGER PRIMARY KEY, ts_ms INTEGER NOT NULL, code TEXT NOT NULL, severity TEXT NOT NULL) STRICT;
CREATE TABLE audit_log (seq INTEGER PRIMARY KEY, ts_ms INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, accepted INTEGER NOT NULL) STRICT;
CREATE TABLE reconciliations (seq INTEGER PRIMARY KEY, ts_ms INTEGER NOT NULL, instrument_id TEXT, action TEXT NOT NULL) STRICT;
CREATE TABLE feed_incidents (seq INTEGER PRIMARY KEY, ts_ms INTEGER NOT NULL, instrument_id TEXT NOT NULL, kind TEXT NOT NULL, missing INTEGER NOT NULL) STRICT;

-- For people who open the file: what each strategy decided, and orders and fills with all their fields.
CREATE VIEW strategy_executions AS
  SELECT strategy_id, decision_id, ts_ms, instrument_id, outcome, reason FROM decisions;
CREATE VIEW order_fields AS
  SELECT o.client_order_id, o.state, o.instrument_id, o.position_id, o.decision_id,
    r.body ->> 'purpose' AS purpose, r.body ->> 'side' AS side, r.body ->> 'type' AS type,
    r.body ->> 'quantity' AS quantity, r.body ->> 'filledQuantity' AS filled_quantity, r.body ->> 'averagePrice' AS average_price,
    r.body ->> 'feePaid' AS fee_paid, r.body ->> 'createdMs' AS created_ms, r.body ->> 'updatedMs' AS updated_ms, r.body ->> 'reason' AS reason
  FROM orders o JOIN records r ON r.seq = o.seq;
CREATE VIEW fill_fields AS
  SELECT f.trade_id, f.client_order_id, r.body ->> 'instrumentId' AS instrument_id, r.body ->> 'side' AS side,
    r.body ->> 'price' AS price, f.quantity, r.body ->> 'fee' AS fee, r.body ->> 'liquidity' AS liquidity, r.body ->> 'tsEventMs' AS ts_event_ms
  FROM fills f JOIN records r ON r.seq = f.seq;
`
