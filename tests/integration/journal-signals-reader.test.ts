// Proves that the journal answers every question about signals as one would by reading all decisions and outcomes one by one: pages under any
// filter, neighbours within it, statistics, choices; and that what an old journal lacks is filled in from its chain.
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { GENESIS_HASH, hashRecord } from '../../src-main/adapters/journal/hash-chain.ts'
import { openJournalReader } from '../../src-main/adapters/journal/reader.ts'
import { encodeBody } from '../../src-main/adapters/journal/record-codec.ts'
import { MIGRATIONS } from '../../src-main/adapters/journal/schema.ts'
import { openReadWrite } from '../../src-main/adapters/sqlite/database.ts'
import { migrate } from '../../src-main/adapters/sqlite/migrations.ts'
import { openJournal } from '../../src-main/adapters/journal/writer.ts'
import { type CommandName, type Input, type Output, commands } from '../../src-shared/bridge/contract.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { temporaryFile, writeJournal } from '../support/journal-file.ts'
import { START_MS, openingRecords, session } from '../support/journal-records.ts'
import { FACTS, type SignalFacts, decisionRecord, outcomeRecord, signalRecords } from '../support/signal-records.ts'

type Filter = Input<'signals.list'>['filter']
const ANY: Filter = { instrumentId: null, strategyId: null, voter: null, regime: null, outcome: null, reason: null, result: null }
const PAGE = { limit: 50, offset: 0 }

function reading(file: string) {
  const reader = openJournalReader(file)
  onTestFinished(() => reader.close())
  /** The answer, decoded as the bridge will decode it. */
  return <C extends CommandName>(command: C, input: Input<C>): Output<C> => {
    const answer = commands[command].output.parse(reader.handle(command, input))
    return answer as Output<C> // The schema of this very command has just accepted it.
  }
}
function written(signals: readonly SignalFacts[]): string {
  const file = temporaryFile()
  writeJournal(file, [session('S1', START_MS), ...signalRecords(signals)])
  return file
}

const VOTERS = ['cvd', 'rsi_mr', 'sfp']
const anySignal: fc.Arbitrary<SignalFacts> = fc.record({
  strategy: fc.constantFrom('imba', 'tb'),
  instrument: fc.constantFrom('BTC/USDT:USDT', 'ETH/USDT:USDT'),
  direction: fc.constantFrom('buy', 'sell'),
  regime: fc.constantFrom('trend', 'flat', null),
  reason: fc.constantFrom('executed', 'cooldown', 'funding'),
  votes: fc.dictionary(fc.constantFrom(...VOTERS), fc.constantFrom('buy', 'sell', 'wait'), { noNullPrototype: true }),
  result: fc.constantFrom('win', 'loss', 'expired', null),
  rMultiple: fc.constantFrom(-1, -0.25, 0.5, 1),
})
const anyFilter: fc.Arbitrary<Filter> = fc.record({
  instrumentId: fc.constantFrom(null, null, 'BTC/USDT:USDT', 'ETH/USDT:USDT'),
  strategyId: fc.constantFrom(null, null, 'imba', 'tb', 'nobody'),
  voter: fc.constantFrom(null, null, ...VOTERS),
  regime: fc.constantFrom(null, null, 'trend', 'flat', 'any'),
  outcome: fc.constantFrom(null, null, 'executed', 'blocked'),
  reason: fc.constantFrom(null, null, 'executed', 'cooldown'),
  result: fc.constantFrom(null, null, 'win', 'loss', 'expired', 'open'),
})

/** What the contract says about each field of the filter. */
function matches({ strategy, instrument, direction, regime, reason, votes, result }: SignalFacts, filter: Filter): boolean {
  const is = (wanted: string | null, found: string): boolean => wanted === null || wanted === found
  const spoke = filter.voter === null || votes[filter.voter] === direction
  const outcome = reason === 'executed' ? 'executed' : 'blocked'
  return (
    is(filter.instrumentId, instrument) &&
    is(filter.strategyId, strategy) &&
    is(filter.regime, regime ?? 'any') &&
    is(filter.outcome, outcome) &&
    is(filter.reason, reason) &&
    is(filter.result, result ?? 'open') &&
    spoke
  )
}

describe('signals.list and decision.detail', () => {
  test('give, newest first and page by page, exactly what the filter lets through, and the neighbours within it', () => {
    fc.assert(
      fc.property(fc.array(anySignal, { maxLength: 40 }), fc.array(anyFilter, { minLength: 8, maxLength: 20 }), (signals, filters) => {
        const ask = reading(written(signals))
        for (const filter of filters) {
          const expected = signals.flatMap((facts, index) => (matches(facts, filter) ? [`D${index + 1}`] : [])).toReversed()
          const first = ask('signals.list', { limit: 4, offset: 0, filter })
          const rest = ask('signals.list', { limit: 500, offset: 4, filter })
          expect([first.total, rest.total]).toEqual([expected.length, expected.length])
          expect([...first.rows, ...rest.rows].map((row) => row.decision.id)).toEqual(expected)
          for (const { decision, result, rMultiple } of first.rows) {
            const facts = signals[Number(decision.id.slice(1)) - 1] ?? FACTS
            expect([result, rMultiple]).toEqual([facts.result, facts.result === null ? null : facts.rMultiple])
          }
          const at = Math.floor(expected.length / 2)
          const id = expected[at]
          if (id === undefined) continue
          const { previousId, nextId } = ask('decision.detail', { id, filter })
          expect([previousId, nextId]).toEqual([expected[at + 1] ?? null, expected[at - 1] ?? null])
        }
      }),
      { numRuns: 12 },
    )
  })

  test('a row says what the feed says', () => {
    const ask = reading(written([{ ...FACTS, direction: 'sell', regime: 'trend', reason: 'cooldown', result: 'win', rMultiple: 1 }]))
    expect(ask('signals.list', { ...PAGE, filter: ANY }).rows).toEqual([
      {
        decision: {
          id: 'D1',
          tsMs: START_MS + 1_000,
          strategyId: 'imba',
          instrumentId: 'BTC/USDT:USDT',
          timeframe: '15m',
          direction: 'sell',
          strength: 0.72,
          outcome: 'blocked',
          reason: 'cooldown',
          summary: 'Bought 0.25 BTC: 4 of 4 voters agree',
          candleOpenMs: START_MS + 1_000 - 900_000,
          price: 43_000.1,
          confluence: 1.5,
          regime: 'trend',
        },
        result: 'win',
        rMultiple: 1,
      },
    ])
  })

  test('a decision shows what became of it, whether it was traded or not, and nothing before that is known', () => {
    const ask = reading(written([{ ...FACTS, reason: 'cooldown', result: 'loss', rMultiple: -1 }, FACTS]))
    expect(ask('decision.detail', { id: 'D1' }).signalOutcome).toEqual({
      outcome: 'loss',
      decidedMs: START_MS + 1_000,
      resolvedMs: START_MS + 1_500,
      endedMs: START_MS + 1_500,
      entryPrice: 43_000.1,
      stopPrice: 42_500,
      targetPrice: 43_500.2,
      rMultiple: -1,
      maxFavorableR: 0.1,
      maxAdverseR: 1.2,
    })
    expect(ask('decision.detail', { id: 'D2' }).signalOutcome).toBeNull()
  })

  test('the first outcome of a decision stands, and one of an unknown decision changes nothing', () => {
    const file = temporaryFile()
    const lost = { ...FACTS, result: 'loss', rMultiple: -1 } as const
    const records = [
      decisionRecord(1, FACTS),
      outcomeRecord(1, lost),
      outcomeRecord(1, { ...lost, result: 'win', rMultiple: 1 }),
      outcomeRecord(9, lost),
    ]
    writeJournal(file, [session('S1', START_MS), ...records])
    const ask = reading(file)
    expect(ask('signals.list', { ...PAGE, filter: ANY }).rows).toMatchObject([{ result: 'loss', rMultiple: -1 }])
    expect(ask('signals.statistics', { by: 'strategy', strategyId: null })).toMatchObject([
      { signals: 1, wins: 0, losses: 1, expectancyR: -1 },
    ])
    expect(ask('journal.verify', {})).toMatchObject({ ok: true })
  })

  test('an add to an open position is a decision, but no signal: it is not listed, counted or followed', () => {
    const file = temporaryFile()
    const add = decisionRecord(2, FACTS)
    if (add.kind !== 'decision') throw new Error('no decision')
    writeJournal(file, [
      session('S1', START_MS),
      decisionRecord(1, FACTS),
      { ...add, body: { ...add.body, isAdd: true } },
      decisionRecord(3, FACTS),
    ])
    const ask = reading(file)
    expect(ask('signals.list', { ...PAGE, filter: ANY }).rows.map((row) => row.decision.id)).toEqual(['D3', 'D1'])
    expect(ask('signals.statistics', { by: 'reason', strategyId: null })).toMatchObject([{ key: 'executed', signals: 2 }])
    expect(ask('decision.detail', { id: 'D2' })).toMatchObject({ trace: { isAdd: true }, previousId: 'D1', nextId: 'D3' })
    expect(ask('decision.detail', { id: 'D1', filter: ANY }).nextId).toBe('D3')
    expect(ask('journal.verify', {})).toMatchObject({ ok: true })
    const { journal } = openJournal(file)
    expect(journal.recover()?.signals.pending.map(({ decisionId }) => decisionId)).toEqual(['D1', 'D3'])
    journal.close()
  })

  test('one decision with a number that is none does not hide the others of its page', () => {
    const file = temporaryFile()
    const bad = openingRecords(1, START_MS).map((record) =>
      record.kind === 'decision'
        ? { ...record, body: { ...record.body, signal: { ...record.body.signal, stopPrice: Number.NaN } } }
        : record,
    )
    writeJournal(file, [session('S1', START_MS), ...bad, decisionRecord(2, FACTS)])
    expect(reading(file)('signals.list', { ...PAGE, filter: ANY }).rows.map((row) => row.decision.id)).toEqual(['D2', 'D1'])
    const { journal } = openJournal(file)
    expect(journal.recover()?.signals.pending.map(({ decisionId }) => decisionId)).toEqual(['D2'])
    journal.close()
  })
})

describe('signals.statistics', () => {
  type Row = Output<'signals.statistics'>[number]
  const keysOf: Readonly<Record<Input<'signals.statistics'>['by'], (facts: SignalFacts) => readonly string[]>> = {
    // A voter is measured by the signals that it spoke for.
    voter: ({ votes, direction }) => Object.keys(votes).filter((voter) => votes[voter] === direction),
    regime: ({ regime }) => [regime ?? 'any'],
    strategy: ({ strategy }) => [strategy],
    reason: ({ reason }) => [reason],
  }
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((total, value) => total + value, 0) / values.length

  function counted(signals: readonly SignalFacts[], by: keyof typeof keysOf): Row[] {
    const keys = [...new Set(signals.flatMap(keysOf[by]))]
    const rows = keys.map((key): Row => {
      const own = signals.filter((facts) => keysOf[by](facts).includes(key))
      const resolved = own.filter(({ result }) => result !== null)
      const of = (wanted: SignalFacts['result']): number => own.filter(({ result }) => result === wanted).length
      const executed = own.filter(({ reason }) => reason === 'executed').length
      const figures = {
        signals: own.length,
        executed,
        blocked: own.length - executed,
        wins: of('win'),
        losses: of('loss'),
        expired: of('expired'),
      }
      return {
        key,
        ...figures,
        winRate: resolved.length === 0 ? null : figures.wins / resolved.length,
        expectancyR: mean(resolved.map(({ rMultiple }) => rMultiple)),
        averageFavorableR: mean(resolved.map(({ rMultiple }) => Math.max(0, rMultiple) + 0.1)),
        averageAdverseR: mean(resolved.map(({ rMultiple }) => Math.max(0, -rMultiple) + 0.2)),
      }
    })
    return rows.toSorted((a, b) => b.signals - a.signals || (a.key < b.key ? -1 : 1))
  }

  test('are what one gets by counting, in whatever commits the records came', () => {
    fc.assert(
      fc.property(
        fc.array(anySignal, { maxLength: 25 }),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(null, 'imba'),
        (signals, perCommit, strategy) => {
          const file = temporaryFile()
          const { journal } = openJournal(file, { durability: 'process' })
          for (const [index, record] of signalRecords(signals).entries()) {
            journal.append(record)
            if (index % perCommit === 0) journal.commit()
          }
          journal.close()
          const ask = reading(file)
          for (const by of ['voter', 'regime', 'strategy', 'reason'] as const) {
            const rows = ask('signals.statistics', { by, strategyId: strategy })
            const expected = counted(strategy === null ? signals : signals.filter((facts) => facts.strategy === strategy), by)
            const rounded = (row: Row): Row =>
              Object.fromEntries(
                Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? Math.round(value * 1e9) / 1e9 : value]),
              ) as Row
            expect(rows.map(rounded)).toEqual(expected.map(rounded))
          }
          expect(ask('journal.verify', {})).toMatchObject({ ok: true })
        },
      ),
      { numRuns: 12 },
    )
  })
})

describe('signals.choices', () => {
  test('offers what there are signals of, in alphabetical order', () => {
    const ask = reading(
      written([
        { ...FACTS, regime: 'trend', votes: { sfp: 'buy', cvd: 'buy', rsi_mr: 'wait' } },
        { ...FACTS, strategy: 'tb', instrument: 'ETH/USDT:USDT', reason: 'cooldown' },
      ]),
    )
    expect(ask('signals.choices', {})).toEqual({
      instruments: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
      strategies: ['imba', 'tb'],
      voters: ['cvd', 'sfp'],
      regimes: ['any', 'trend'],
      reasons: ['cooldown', 'executed'],
    })
  })
  test('of a journal that does not exist are none, and so are its signals', () => {
    const ask = reading(temporaryFile())
    expect(ask('signals.choices', {})).toEqual({ instruments: [], strategies: [], voters: [], regimes: [], reasons: [] })
    expect(ask('signals.list', { ...PAGE, filter: ANY })).toEqual({ total: 0, rows: [] })
    expect(ask('signals.statistics', { by: 'voter', strategyId: null })).toEqual([])
  })
})

describe('a journal of the version before', () => {
  /** As that version wrote it: the chain, and the decisions without what signals are asked for. */
  function oldJournal(signals: readonly SignalFacts[], { withRegimes }: { withRegimes: boolean }): string {
    const file = temporaryFile()
    const db = openReadWrite(file)
    migrate(db, MIGRATIONS.slice(0, 2))
    const record = db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)')
    const decision = db.prepare('INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?)')
    let prevHash = GENESIS_HASH
    for (const [index, facts] of signals.entries()) {
      const made = decisionRecord(index + 1, facts)
      if (made.kind !== 'decision') continue
      const { regime: _regime, confluence: _confluence, ...bare } = made.body.signal
      const body = withRegimes ? encodeBody(made) : JSON.stringify({ ...made.body, gates: undefined, signal: bare })
      const seq = index + 1
      const hash = hashRecord(prevHash, { seq, tsMs: made.tsMs, kind: made.kind, body })
      record.run(seq, made.tsMs, made.kind, body, Buffer.from(prevHash, 'hex'), Buffer.from(hash, 'hex'))
      const { id, tsMs, strategyId: strategy, instrumentId, outcome, reason } = made.body
      decision.run(seq, id, tsMs, strategy, instrumentId, outcome, reason)
      prevHash = hash
    }
    db.close()
    return file
  }

  test('answers like one that was written by this version, and verifies', () => {
    fc.assert(
      fc.property(fc.array(anySignal, { minLength: 1, maxLength: 20 }), anyFilter, (drawn, filter) => {
        const signals = drawn.map((facts) => ({ ...facts, result: null }))
        const file = oldJournal(signals, { withRegimes: true })
        const { journal } = openJournal(file, { durability: 'process' })
        const oldPending = journal.recover()
        journal.close()
        expect(oldPending).toBeNull()
        const [old, fresh] = [reading(file), reading(written(signals))]
        expect(old('journal.verify', {})).toMatchObject({ ok: true, records: signals.length })
        expect(old('signals.list', { ...PAGE, filter })).toEqual(fresh('signals.list', { ...PAGE, filter }))
        expect(old('signals.choices', {})).toEqual(fresh('signals.choices', {}))
        for (const by of ['voter', 'regime', 'strategy', 'reason'] as const)
          expect(old('signals.statistics', { by, strategyId: null })).toEqual(fresh('signals.statistics', { by, strategyId: null }))
      }),
      { numRuns: 8 },
    )
  })

  test('whose traces have no regime, confluence or gates at all is read all the same, and its signals are followed', () => {
    const file = oldJournal([{ ...FACTS, regime: 'trend', votes: { cvd: 'buy' } }], { withRegimes: false })
    writeJournal(file, [session('S1', START_MS)])
    const ask = reading(file)
    expect(ask('signals.list', { ...PAGE, filter: { ...ANY, voter: 'cvd', regime: 'any' } })).toMatchObject({
      total: 1,
      rows: [{ decision: { id: 'D1', regime: null, confluence: null } }],
    })
    expect(ask('decision.detail', { id: 'D1' }).trace).toMatchObject({ gates: [] })
    expect(ask('journal.verify', {})).toMatchObject({ ok: true })
    const { journal } = openJournal(file)
    expect(journal.recover()?.signals.pending).toMatchObject([{ decisionId: 'D1', regime: null, direction: 'buy', stopPrice: 42_500 }])
    journal.close()
  })
})

describe('recovery of scoring', () => {
  test('gives back pending signals, the newest results of each strategy, tallies and cells as they were last switched', () => {
    const file = temporaryFile()
    const won = { ...FACTS, regime: 'trend', result: 'win', rMultiple: 1 } as const
    const cell = (enabled: boolean, regime: string): Parameters<typeof writeJournal>[1][number] => ({
      kind: 'enablement',
      tsMs: START_MS,
      body: { strategyId: strategyId('imba'), side: 'long', regime, enabled },
    })
    writeJournal(file, [
      session('S1', START_MS),
      cell(false, 'trend'),
      cell(false, 'any'),
      cell(true, 'trend'),
      ...signalRecords([
        won,
        { ...won, direction: 'sell', result: 'loss', rMultiple: -1 },
        { ...FACTS, reason: 'cooldown', direction: 'sell' },
      ]),
    ])
    const { journal } = openJournal(file)
    const tally = { strategyId: 'imba', regime: 'trend', expired: 0 }
    expect(journal.recover()?.signals).toEqual({
      pending: [
        {
          decisionId: 'D3',
          strategyId: 'imba',
          instrumentId: 'BTC/USDT:USDT',
          direction: 'sell',
          executed: false,
          regime: null,
          decidedMs: START_MS + 3_000,
          entryPrice: 43_000.1,
          stopPrice: 43_500,
        },
      ],
      results: [{ strategyId: 'imba', rMultiples: [1, -1] }],
      tallies: [
        { ...tally, side: 'long', wins: 1, losses: 0, totalR: 1 },
        { ...tally, side: 'short', wins: 0, losses: 1, totalR: -1 },
      ],
      enablement: [
        { strategyId: 'imba', side: 'long', regime: 'any', enabled: false },
        { strategyId: 'imba', side: 'long', regime: 'trend', enabled: true },
      ],
    })
    journal.close()
  })

  test('a record that scoring would be rebuilt from is refused when it holds a number that is none', () => {
    const { journal } = openJournal(temporaryFile())
    const record = outcomeRecord(1, { ...FACTS, result: 'win', rMultiple: Number.NaN })
    expect(() => journal.append(record)).toThrow(/signal_outcome.rMultiple: expected a finite number, found NaN/)
    journal.close()
  })
})
