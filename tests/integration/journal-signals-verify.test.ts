// Proves that verification finds whatever was changed in the tables about signals behind the program's back: they say what the chain says.
import { copyFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { verifyJournal } from '../../src-main/adapters/journal/verification.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import { temporaryFile, writeJournal } from '../support/journal-file.ts'
import { START_MS, session } from '../support/journal-records.ts'
import { FACTS, signalRecords } from '../support/signal-records.ts'

const cell: JournalRecord = {
  kind: 'enablement',
  tsMs: START_MS,
  body: { strategyId: strategyId('imba'), side: 'long', regime: 'any', enabled: false },
}
const STORY = [
  session('S1', START_MS),
  cell,
  ...signalRecords([
    { ...FACTS, regime: 'trend', votes: { cvd: 'buy', sfp: 'sell' }, result: 'win', rMultiple: 1 },
    { ...FACTS, reason: 'cooldown', votes: { cvd: 'buy' }, result: 'expired', rMultiple: 0.25 },
    { ...FACTS, reason: 'cooldown' },
  ]),
]

function verifiedAfter(...statements: readonly string[]): ReturnType<typeof verifyJournal> {
  const file = temporaryFile()
  writeJournal(file, STORY)
  const copy = `${file}-copy`
  copyFileSync(file, copy)
  const db = openReadWrite(copy)
  try {
    for (const sql of statements) expect(db.prepare(sql).run().changes).toBeGreaterThan(0)
    return verifyJournal(db)
  } finally {
    db.close()
  }
}

test('an untouched journal with signals verifies', () => {
  expect(verifiedAfter()).toMatchObject({ ok: true, records: STORY.length })
})

test.each([
  ["UPDATE decisions SET regime = 'flat' WHERE decision_id = 'D1'", 'decision 3: its row says regime flat, its record trend'],
  ["UPDATE decisions SET direction = 'sell' WHERE decision_id = 'D3'", 'its row says direction sell, its record buy'],
  ["UPDATE decisions SET confluence = 1.6 WHERE decision_id = 'D1'", 'its row says confluence 1.6, its record 1.5'],
  ["UPDATE decisions SET reason = 'funding' WHERE decision_id = 'D2'", 'its row says reason funding, its record cooldown'],
  ["UPDATE decisions SET result = 'loss' WHERE decision_id = 'D1'", 'what it says became of D1 does not agree with its outcome'],
  ["UPDATE decisions SET result = 'win', outcome_seq = 4 WHERE decision_id = 'D3'", 'what it says became of D3 does not agree'],
  ["UPDATE decisions SET result = NULL, outcome_seq = NULL WHERE decision_id = 'D1'", 'D1 does not know its outcome in record 4'],
  ["UPDATE decision_votes SET value = 0.53 WHERE voter = 'sfp'", 'vote of sfp in decision 3: its row says value 0.53'],
  ["UPDATE decision_votes SET direction = 'buy' WHERE voter = 'sfp'", 'vote of sfp in decision 3: its row says direction buy'],
  ["DELETE FROM decision_votes WHERE voter = 'sfp'", 'vote of sfp in decision 3 has no row'],
  ["INSERT INTO decision_votes VALUES ('obi', 7, 'buy', 1)", 'table decision_votes has 4 rows, the decisions of the chain have 3 votes'],
  ['UPDATE signal_outcomes SET r_multiple = 2 WHERE seq = 4', 'signal outcome 4: its row says r_multiple 2, its record 1'],
  ['UPDATE signal_outcomes SET regime = NULL WHERE seq = 4', 'signal outcome 4: its row says regime null, its record trend'],
  ['DELETE FROM signal_outcomes WHERE seq = 6', 'signal outcome 6 has no row'],
  ['UPDATE enablement SET enabled = 1', 'the cell imba long any does not agree with record 2'],
  ['DELETE FROM enablement', 'the cell imba long any does not agree with record 2'],
  ["INSERT INTO enablement VALUES ('imba', 'short', 'any', 0, 2)", 'table enablement has 2 cells, the chain has 1'],
  [
    "UPDATE signal_tallies SET wins = 2 WHERE dimension = 'reason' AND key = 'executed'",
    'tally reason executed of imba: its row says wins 2',
  ],
  [
    "UPDATE signal_tallies SET total_r = 0.5 WHERE dimension = 'voter'",
    'tally voter cvd of imba: its row says total_r 0.5, its record 1.25',
  ],
  ["DELETE FROM signal_tallies WHERE dimension = 'instrument'", 'table signal_tallies has'],
])('%s is found', (sql, message) => {
  const verification = verifiedAfter(sql)
  expect(verification.ok).toBe(false)
  expect(verification.message).toContain(message)
})
