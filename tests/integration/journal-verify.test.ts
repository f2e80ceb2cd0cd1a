// Proves that verification finds whatever was changed behind the program's back: any byte of any record, any projection.
import fc from 'fast-check'
import { copyFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hashRecord } from '../../src-main/adapters/journal/hash-chain.ts'
import { type Database, openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { verifyJournal } from '../../src-main/adapters/journal/verification.ts'
import { temporaryFile, writeJournal } from '../support/journal-file.ts'
import { START_MS, closingRecords, deposit, openingRecords, session } from '../support/journal-records.ts'

const story = [
  session('S1', START_MS),
  deposit('10000', START_MS),
  ...openingRecords(1, START_MS),
  ...closingRecords(1, START_MS + 1),
  ...openingRecords(2, START_MS + 2),
]

function tampering(): (sql: string, ...values: unknown[]) => ReturnType<typeof verifyJournal> {
  const file = temporaryFile()
  writeJournal(file, story)
  let copies = 0
  return (sql, ...values) => {
    const copy = `${file}-${copies++}`
    copyFileSync(file, copy)
    return withDatabase(copy, (db) => {
      db.exec('DROP TRIGGER records_are_never_changed; DROP TRIGGER records_are_never_deleted')
      expect(db.prepare(sql).run(...values).changes).toBeGreaterThan(0)
      return verifyJournal(db)
    })
  }
}
function withDatabase<T>(file: string, use: (db: Database) => T): T {
  const db = openReadWrite(file)
  try {
    return use(db)
  } finally {
    db.close()
  }
}

test('an untouched journal verifies and tells its head', () => {
  const file = temporaryFile()
  writeJournal(file, story)
  const verification = withDatabase(file, verifyJournal)
  expect(verification).toMatchObject({ ok: true, records: story.length, firstBadSeq: null })
  expect(verification.message).toMatch(/[0-9a-f]{64}$/)
})

test('any single byte of any record, when changed, is found at that record', () => {
  const file = temporaryFile()
  writeJournal(file, story)
  withDatabase(file, (db) => {
    db.exec('DROP TRIGGER records_are_never_changed')
    const bodyOf = db.prepare<[number], { body: string }>('SELECT body FROM records WHERE seq = ?')
    const write = db.prepare('UPDATE records SET body = ? WHERE seq = ?')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: story.length }), fc.nat(), fc.integer({ min: 1, max: 94 }), (seq, at, shift) => {
        const body = bodyOf.get(seq)?.body ?? ''
        const index = at % body.length
        const changed = String.fromCharCode(32 + ((body.charCodeAt(index) - 32 + shift) % 95))
        write.run(body.slice(0, index) + changed + body.slice(index + 1), seq)
        const verification = verifyJournal(db)
        write.run(body, seq)
        expect(verification).toMatchObject({ ok: false, firstBadSeq: seq })
      }),
      { numRuns: 200 },
    )
    expect(verifyJournal(db).ok).toBe(true)
  })
})

test('time, kind, order and presence of records are proven too', () => {
  const verifyAfter = tampering()
  expect(verifyAfter('UPDATE records SET ts_ms = ts_ms + 1 WHERE seq = 5')).toMatchObject({ ok: false, firstBadSeq: 5 })
  expect(verifyAfter(`UPDATE records SET kind = 'audit' WHERE seq = 5`)).toMatchObject({ ok: false, firstBadSeq: 5 })
  expect(verifyAfter('UPDATE records SET hash = zeroblob(32) WHERE seq = 5')).toMatchObject({ ok: false, firstBadSeq: 5 })
  expect(verifyAfter('UPDATE records SET prev_hash = zeroblob(32) WHERE seq = 5')).toMatchObject({ ok: false, firstBadSeq: 5 })
  expect(verifyAfter('DELETE FROM records WHERE seq = 5')).toMatchObject({ ok: false, firstBadSeq: 5, message: 'record 5 is missing' })
  expect(verifyAfter('DELETE FROM records WHERE seq = 1')).toMatchObject({ ok: false, firstBadSeq: 1 })
})

test('a removed end is found by the projections that it left behind', () => {
  const verifyAfter = tampering()
  expect(verifyAfter('DELETE FROM records WHERE seq > ?', story.length - 3)).toMatchObject({ ok: false })
})

test.each([
  ['a ledger amount', `UPDATE ledger SET amount = '20000' WHERE kind = 'deposit'`, /ledger entry 2 says 20000/],
  ['a stored balance', `UPDATE ledger SET balance = '1' WHERE seq = (SELECT max(seq) FROM ledger)`, /with balance 1,/],
  ['a lost ledger row', `DELETE FROM ledger WHERE kind = 'fee'`, /says nothing with balance none/],
  ['a fill quantity', `UPDATE fills SET quantity = '9' WHERE trade_id = 'T2'`, /does not say what its record says/],
  ['a lost round trip', 'DELETE FROM trades', /table trades has 0 rows, the chain has 1/],
  ['an order state', `UPDATE orders SET state = 'canceled' WHERE client_order_id = 'TW2S'`, /row of TW2S does not agree/],
  [
    'an order that points at an older record',
    `UPDATE orders SET seq = first_seq, state = 'initialized' WHERE client_order_id = 'TW1'`,
    /orders does not know record/,
  ],
  ['a forgotten position', `DELETE FROM positions WHERE position_id = 'P2'`, /positions does not know record/],
  ['an old risk state', 'UPDATE risk_state SET seq = 13', /risk_state points at record 13/],
])('%s that was changed is found', (_what, sql, message) => {
  const verification = tampering()(sql)
  expect(verification.ok).toBe(false)
  expect(verification.message).toMatch(message)
})

test('fills that do not add up to the filled quantity of their order are found', () => {
  const file = temporaryFile()
  writeJournal(
    file,
    story.filter((record) => !(record.kind === 'fill' && record.body.tradeId === 'T2')),
  )
  const verification = withDatabase(file, verifyJournal)
  expect(verification).toMatchObject({ ok: false, message: 'order TW2 says 0.25 is filled, its fills add up to 0' })
})

test('no two records give the same text to hash', () => {
  const record = fc.record({ seq: fc.nat(), tsMs: fc.nat(), kind: fc.stringMatching(/^[a-z_]{1,12}$/), body: fc.string() })
  fc.assert(
    fc.property(record, record, (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b)
      expect(hashRecord('0', a) === hashRecord('0', b)).toBe(same)
    }),
  )
  expect(hashRecord('00', { seq: 1, tsMs: 2, kind: 'order', body: '{}' })).not.toBe(
    hashRecord('00', { seq: 12, tsMs: 2, kind: 'order', body: '{}' }),
  )
})
