// Proves that every journal command of the bridge is answered within its contract: from an empty place, from a journal being written,
// and from one that was replaced under the reader's hands.
import { renameSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type JournalReader, openJournalReader } from '../../src-main/adapters/journal/reader.ts'
import { MIGRATIONS } from '../../src-main/adapters/journal/schema.ts'
import { openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { migrate } from '../../src-main/adapters/sqlite/migrations.ts'
import { openJournal } from '../../src-main/adapters/journal/writer.ts'
import { type CommandName, type Input, type Output, commands } from '../../src-shared/bridge/contract.ts'
import { money } from '../../src-shared/domain/decimal.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { DAY_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import { temporaryFile, writeJournal } from '../support/journal-file.ts'
import {
  BTC,
  START_MS,
  STRATEGY,
  closingRecords,
  deposit,
  equityRecord,
  openingRecords,
  orderAfter,
  orderRequest,
  roundTrip,
  session,
} from '../support/journal-records.ts'

const ALL = { fromMs: null, toMs: null }
const PAGE = { limit: 50, offset: 0 }
const started = [session('S1', START_MS), deposit('10000', START_MS)]

function reading(file: string) {
  const reader: JournalReader = openJournalReader(file)
  onTestFinished(() => reader.close())
  /** The answer, decoded as the bridge will decode it. */
  const ask = <C extends CommandName>(command: C, input: Input<C>): Output<C> => {
    const answer = commands[command].output.parse(reader.handle(command, input))
    return answer as Output<C> // The schema of this very command has just accepted it.
  }
  return { ask, reader }
}
const trade = (n: number, closedMs: number, net: string, strategy = STRATEGY): JournalRecord => ({
  kind: 'round_trip',
  tsMs: closedMs,
  body: roundTrip(n, closedMs, { netPnl: money(net), strategyId: strategy }),
})

describe('without a journal', () => {
  test('every command has an empty answer', () => {
    const { ask } = reading(temporaryFile())
    expect(ask('journal.roundTrips', { ...PAGE, ...ALL, instrumentId: null, strategyId: null })).toEqual({ total: 0, rows: [] })
    expect(ask('journal.orders', PAGE)).toEqual({ total: 0, rows: [] })
    expect(ask('journal.fills', PAGE)).toEqual({ total: 0, rows: [] })
    expect(ask('journal.audit', PAGE)).toEqual({ total: 0, rows: [] })
    expect(ask('journal.equity', { ...ALL, pointsMax: 10 })).toEqual([])
    expect(ask('journal.statistics', { ...ALL, strategyId: null })).toMatchObject({
      roundTrips: 0,
      winRate: null,
      sharpe: null,
      maxDrawdown: 0,
    })
    expect(ask('journal.export', { table: 'fills', format: 'json' })).toEqual({ fileName: 'fills.json', text: '[\n]\n' })
    expect(ask('journal.verify', {})).toMatchObject({ ok: true, records: 0 })
  })
  test('a decision is not found, by code', () => {
    const { reader } = reading(temporaryFile())
    expect(() => reader.handle('decision.detail', { id: 'D1' })).toThrow(expect.objectContaining({ code: 'not_found' }))
  })
  test('one that appears later is seen', () => {
    const file = temporaryFile()
    const { ask } = reading(file)
    expect(ask('journal.orders', PAGE).total).toBe(0)
    writeJournal(file, [...started, ...openingRecords(1, START_MS)])
    expect(ask('journal.orders', PAGE).total).toBe(2)
  })
})

test('commands outside the journal, and inputs outside the contract, are refused', () => {
  const { reader } = reading(temporaryFile())
  expect(() => reader.handle('desk.snapshot', {})).toThrow('"desk.snapshot" is not a command of the journal')
  expect(() => reader.handle('journal.orders', { limit: 501, offset: 0 })).toThrow()
  expect(() => reader.handle('journal.equity', { ...ALL, pointsMax: 1 })).toThrow()
})

test('what the writer commits is seen at once, also while it goes on', () => {
  const file = temporaryFile()
  const { journal } = openJournal(file)
  const { ask } = reading(file)
  for (const record of [...started, ...openingRecords(1, START_MS)]) journal.append(record)
  expect(ask('journal.fills', PAGE).total).toBe(0)
  journal.commit()
  expect(ask('journal.fills', PAGE).rows).toEqual([
    {
      tradeId: 'T1',
      clientOrderId: 'TW1',
      instrumentId: BTC,
      side: 'buy',
      price: '43000.5',
      quantity: '0.25',
      fee: '4.30001',
      liquidity: 'taker',
      tsEventMs: START_MS + 40,
    },
  ])
  expect(ask('journal.verify', {})).toMatchObject({ ok: true, records: 15 })
  journal.close()
})

test('the audit log tells who did what, newest first, page by page, also what was written before it told who', () => {
  const file = temporaryFile()
  const { ask } = reading(file)
  const entry = (tsMs: number, action: string, more: object = {}): JournalRecord => ({
    kind: 'audit',
    tsMs,
    body: { tsMs, actor: 'operator', action, detail: `detail of ${action}`, accepted: action !== 'cancel_order', ...more },
  })
  const long = 'x'.repeat(2000)
  writeJournal(file, [
    ...started,
    entry(START_MS + 1, 'close_position'),
    entry(START_MS + 2, 'cancel_order', { detail: long }),
    entry(START_MS + 3, 'set_trading_state', { who: 'screen of this machine', before: 'active', after: 'halted' }),
  ])
  const newest = {
    record: 5,
    tsMs: START_MS + 3,
    who: 'screen of this machine',
    action: 'set_trading_state',
    detail: 'detail of set_trading_state',
    before: 'active',
    after: 'halted',
    accepted: true,
  }
  const { total, rows } = ask('journal.audit', { limit: 2, offset: 0 })
  expect(total).toBe(3)
  expect(rows[0]).toEqual(newest)
  expect(rows[1]).toMatchObject({ record: 4, who: 'operator', before: null, after: null, accepted: false })
  expect(rows[1]?.detail).toHaveLength(1000)
  expect(ask('journal.audit', { limit: 2, offset: 2 }).rows.map(({ action }) => action)).toEqual(['close_position'])
})

test('a journal that was set aside and started anew is read anew', () => {
  const file = temporaryFile()
  const { ask } = reading(file)
  writeJournal(file, [...started, ...openingRecords(1, START_MS)])
  expect(ask('journal.verify', {}).records).toBe(15)
  renameSync(file, `${file}.aside`)
  writeJournal(file, started)
  expect(ask('journal.verify', {}).records).toBe(2)
})

test('a journal of an older version is refused until the engine has migrated it', () => {
  const file = temporaryFile()
  const db = openReadWrite(file)
  migrate(db, MIGRATIONS.slice(0, 1))
  db.close()
  expect(() => reading(file).reader.handle('journal.orders', PAGE)).toThrow(expect.objectContaining({ code: 'older_schema' }))
})

describe('decision.detail', () => {
  test('joins the trace, its orders and fills, its round trip and its neighbours', () => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...[1, 2, 3].flatMap((n) => [...openingRecords(n, START_MS + n), ...closingRecords(n, START_MS + n)])])
    const { ask } = reading(file)
    const detail = ask('decision.detail', { id: 'D2' })
    expect(detail.trace).toMatchObject({ id: 'D2', outcome: 'executed', candle: { close: 43000.1 } })
    expect(detail.orders.map((order) => [order.clientOrderId, order.state])).toEqual([
      ['TW2', 'filled'],
      ['TW2S', 'filled'],
    ])
    expect(detail.fills.map((fill) => fill.tradeId)).toEqual(['T2', 'TX2'])
    expect(detail.roundTrip).toMatchObject({ positionId: 'P2', netPnl: '16.39998' })
    expect(detail).toMatchObject({ previousId: 'D1', nextId: 'D3' })
    expect(ask('decision.detail', { id: 'D1' }).previousId).toBeNull()
    expect(ask('decision.detail', { id: 'D3' }).nextId).toBeNull()
  })
  test('finds the orders of the position even when they do not name the decision', () => {
    const file = temporaryFile()
    const stop = orderRequest(1, { clientOrderId: orderRequest(9).clientOrderId, decisionId: null })
    writeJournal(file, [
      ...started,
      ...openingRecords(1, START_MS),
      { kind: 'order', tsMs: START_MS, body: orderAfter(stop, [], START_MS) },
    ])
    expect(
      reading(file)
        .ask('decision.detail', { id: 'D1' })
        .orders.map((order) => order.clientOrderId),
    ).toEqual(['TW1', 'TW1S', 'TW9'])
  })
})

describe('lists', () => {
  test('come newest first, page by page, with the whole count', () => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...[1, 2, 3].flatMap((n) => openingRecords(n, START_MS + n))])
    const { ask } = reading(file)
    expect(ask('journal.orders', { limit: 4, offset: 0 })).toMatchObject({
      total: 6,
      rows: [{ clientOrderId: 'TW3S' }, { clientOrderId: 'TW3' }, {}, {}],
    })
    expect(ask('journal.orders', { limit: 4, offset: 4 }).rows.map((order) => order.clientOrderId)).toEqual(['TW1S', 'TW1'])
    expect(ask('journal.fills', { limit: 1, offset: 1 })).toMatchObject({ total: 3, rows: [{ tradeId: 'T2' }] })
  })
  test('show an order once, in its newest state', () => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...openingRecords(1, START_MS), ...closingRecords(1, START_MS)])
    expect(
      reading(file)
        .ask('journal.orders', PAGE)
        .rows.map((order) => order.state),
    ).toEqual(['filled', 'filled'])
  })
  test('of round trips are filtered by closing time, instrument and strategy', () => {
    const file = temporaryFile()
    const other = strategyId('trend-follow')
    writeJournal(file, [...started, trade(1, START_MS + 1, '1'), trade(2, START_MS + 2, '2', other), trade(3, START_MS + 3, '3')])
    const { ask } = reading(file)
    const found = (filter: Partial<Input<'journal.roundTrips'>>) => {
      const { total, rows } = ask('journal.roundTrips', { ...PAGE, ...ALL, instrumentId: null, strategyId: null, ...filter })
      expect(total).toBe(rows.length)
      return rows.map((row) => row.positionId)
    }
    expect(found({})).toEqual(['P3', 'P2', 'P1'])
    expect(found({ fromMs: START_MS + 2 })).toEqual(['P3', 'P2'])
    expect(found({ toMs: START_MS + 2 })).toEqual(['P2', 'P1'])
    expect(found({ strategyId: other })).toEqual(['P2'])
    expect(found({ instrumentId: 'ETH/USDT:USDT' })).toEqual([])
    expect(found({ instrumentId: BTC, strategyId: STRATEGY, fromMs: START_MS + 2 })).toEqual(['P3'])
  })
})

describe('journal.equity', () => {
  const points = (n: number) => Array.from({ length: n }, (_, index) => equityRecord(START_MS + index * MINUTE_MS, 10_000 + index))
  test('gives all points when there are few', () => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...points(5)])
    expect(
      reading(file)
        .ask('journal.equity', { ...ALL, pointsMax: 5 })
        .map((point) => point.equity),
    ).toEqual([10_000, 10_001, 10_002, 10_003, 10_004])
  })
  test.each([2, 3, 10, 99, 100])('thins 1000 points to %i at even distances, first and last among them', (pointsMax) => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...points(1_000)])
    const kept = reading(file).ask('journal.equity', { ...ALL, pointsMax })
    const gaps = kept.slice(1).map((point, index) => point.equity - (kept[index]?.equity ?? 0))
    expect(kept).toHaveLength(pointsMax)
    expect([kept[0]?.equity, kept.at(-1)?.equity]).toEqual([10_000, 10_999])
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1)
  })
  test('keeps to the range asked for, both ends included', () => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...points(10)])
    const range = { fromMs: START_MS + 2 * MINUTE_MS, toMs: START_MS + 4 * MINUTE_MS }
    expect(
      reading(file)
        .ask('journal.equity', { ...range, pointsMax: 100 })
        .map((point) => point.equity),
    ).toEqual([10_002, 10_003, 10_004])
  })
  test('of a market traded twice shows the newer session where both were, the older before it, always forward in time', () => {
    const file = temporaryFile()
    writeJournal(file, [
      ...started,
      ...points(6),
      session('S2', START_MS),
      equityRecord(START_MS + 3 * MINUTE_MS, 500),
      equityRecord(START_MS + 4 * MINUTE_MS, 510),
    ])
    const kept = reading(file).ask('journal.equity', { ...ALL, pointsMax: 100 })
    expect(kept.map((point) => point.equity)).toEqual([10_000, 10_001, 10_002, 500, 510])
  })
})

describe('journal.statistics', () => {
  const days = Array.from({ length: 14 }, (_, day) => equityRecord(START_MS + day * DAY_MS, day % 2 === 0 ? 10_000 : 9_900))
  test('come from the round trips and the equity curve', () => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...days, trade(1, START_MS + 1, '30'), trade(2, START_MS + DAY_MS, '-10')])
    const statistics = reading(file).ask('journal.statistics', { ...ALL, strategyId: null })
    expect(statistics).toMatchObject({
      roundTrips: 2,
      wins: 1,
      losses: 1,
      profitFactor: 3,
      netPnl: 20,
      maxDrawdown: 0.01,
      maxDrawdownMoney: 100,
    })
    expect(statistics.sharpe).not.toBeNull()
  })
  test('of one strategy take its own profits on top of the account it began with', () => {
    const file = temporaryFile()
    const other = strategyId('trend-follow')
    writeJournal(file, [
      ...started,
      ...days,
      trade(1, START_MS + 1, '1000', other),
      trade(2, START_MS + DAY_MS, '-550', other),
      trade(3, START_MS + DAY_MS, '-9000'),
    ])
    const statistics = reading(file).ask('journal.statistics', { ...ALL, strategyId: other })
    expect(statistics).toMatchObject({ roundTrips: 2, netPnl: 450, maxDrawdownMoney: 550, maxDrawdown: 0.05, sharpe: null })
  })
})

describe('journal.export', () => {
  test('writes CSV with a header, oldest first', () => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...openingRecords(1, START_MS), ...closingRecords(1, START_MS + 1)])
    const { fileName, text } = reading(file).ask('journal.export', { table: 'fills', format: 'csv' })
    expect(fileName).toBe('fills.csv')
    expect(text.split('\r\n')).toEqual([
      'tradeId,clientOrderId,instrumentId,side,price,quantity,fee,liquidity,tsEventMs',
      `T1,TW1,BTC/USDT:USDT,buy,43000.5,0.25,4.30001,taker,${START_MS + 40}`,
      `TX1,TW1S,BTC/USDT:USDT,sell,43100.5,0.25,4.30001,taker,${START_MS + 1}`,
      '',
    ])
  })
  test('has every field of every row in both formats', () => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...Array.from({ length: 600 }, (_, n) => trade(n, START_MS + n, '-1.5'))])
    const { ask } = reading(file)
    const { rows } = ask('journal.roundTrips', { limit: 1, offset: 599, ...ALL, instrumentId: null, strategyId: null })
    const exported: unknown = JSON.parse(ask('journal.export', { table: 'round_trips', format: 'json' }).text)
    expect(exported).toHaveLength(600)
    expect(exported).toMatchObject({ 0: rows[0] })
    const [header = '', first = ''] = ask('journal.export', { table: 'round_trips', format: 'csv' }).text.split('\r\n')
    expect(header.split(',').toSorted()).toEqual(Object.keys(rows[0] ?? {}).toSorted())
    expect(first.split(',')).toEqual(
      header.split(',').map((name) => String(Object.entries(rows[0] ?? {}).find(([key]) => key === name)?.[1] ?? '')),
    )
  })
  test.each(['round_trips', 'orders', 'fills'] as const)('of %s names in CSV the fields that JSON has', (table) => {
    const file = temporaryFile()
    writeJournal(file, [...started, ...openingRecords(1, START_MS), ...closingRecords(1, START_MS)])
    const { ask } = reading(file)
    const [row]: Record<string, unknown>[] = JSON.parse(ask('journal.export', { table, format: 'json' }).text)
    const [header = ''] = ask('journal.export', { table, format: 'csv' }).text.split('\r\n')
    expect(header.split(',')).toHaveLength(new Set(header.split(',')).size)
    expect(header.split(',').toSorted()).toEqual(Object.keys(row ?? {}).toSorted())
  })
})

test('a decision whose numbers were not finite is refused by name, and the rest of the journal can still be read', () => {
  const file = temporaryFile()
  const records = openingRecords(1, START_MS).map((record): JournalRecord =>
    record.kind === 'decision' ? { ...record, body: { ...record.body, signal: { ...record.body.signal, stopPrice: Number.NaN } } } : record,
  )
  writeJournal(file, [...started, ...records])
  const { ask, reader } = reading(file)
  expect(() => reader.handle('decision.detail', { id: 'D1' })).toThrow(/decision D1, record 3: signal\.stopPrice/)
  expect(ask('journal.orders', PAGE).total).toBe(2)
})
