// Proves, through the real journal, that a process may be killed at any candle without changing what becomes of any signal, how a strategy scores,
// or which signals the score and the switched cells refuse; and that a step in time resolves nothing wrongly.
import { copyFileSync, existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openReadOnly } from '../../src-main/adapters/sqlite/database.ts'
import { verifyJournal } from '../../src-main/adapters/journal/verification.ts'
import { openJournal } from '../../src-main/adapters/journal/writer.ts'
import { createRandom } from '../../src-main/core/simulation/random.ts'
import type { SimulatedVenue } from '../../src-main/core/simulation/venue.ts'
import { JournalSink } from '../../src-main/engine/journal-sink.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { HOUR_MS, MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { RecoveredState } from '../../src-shared/events/journal-record.ts'
import { temporaryFile } from '../support/journal-file.ts'
import { session } from '../support/journal-records.ts'
import { type Bar, START_MS, filter, openWorld, regimeNamed, strategy, wanted } from '../support/scoring-world.ts'

const MINUTES = 300
const SCORING = { windowSignals: 6, horizonMs: HOUR_MS, floorsR: { swinging: -0.2 } }
const CELL = { strategyId: strategyId('swinging'), side: 'short', regime: 'quiet', enabled: false } as const

/** A walk of minutes whose range is about a tenth of the distance to the stops, so that signals last for minutes to an hour. */
const BARS: readonly Bar[] = (() => {
  const random = createRandom(7)
  let price = 50_000
  return Array.from({ length: MINUTES }, () => {
    const open = price
    price = Math.round(price * (1 + (random.fraction() - 0.5) * 0.004))
    return { high: Math.max(open, price) + 40, low: Math.min(open, price) - 40, close: price }
  })
})()

/** What it says depends on the time and the price alone, as a restart gives it a new memory. */
const swinging = (mayTrade: boolean) =>
  strategy('swinging', {
    regimes: ['busy', 'quiet'],
    onCandle: ({ openTimeMs, close }) => {
      const minute = (openTimeMs - START_MS) / MINUTE_MS
      if (minute % 3 !== 0) return null
      const regime = [regimeNamed('busy'), regimeNamed('quiet'), null][(minute % 7) % 3] ?? null
      return wanted(minute % 2 === 0 ? 'buy' : 'sell', close, { regime, filters: [filter('allowed', mayTrade)] })
    },
  })

type Life = { readonly file: string; readonly mayTrade: boolean; readonly commitEvery: number; readonly venue?: SimulatedVenue }

/** Opens the journal, goes on from it, and lives until the minute, then is gone: nothing is closed. */
function live({ file, mayTrade, commitEvery, venue }: Life, untilMinute: number) {
  const { journal } = openJournal(file, { durability: 'process' })
  const recovered: RecoveredState | null = journal.recover()
  const firstMinute = recovered === null ? 0 : Math.floor((recovered.marketMs - START_MS) / MINUTE_MS)
  const sink = new JournalSink(journal, () => undefined)
  const world = openWorld({
    strategies: [swinging(mayTrade)],
    scoring: SCORING,
    recovered,
    sink: { append: (record) => sink.append(record), commit: () => true },
    before: BARS.slice(0, firstMinute),
    ...(venue === undefined ? {} : { venue }),
  })
  sink.checkpointWith(() => ({ tsMs: world.kernel.nowMs, marketMs: world.kernel.nowMs, ...world.kernel.counters }))
  if (recovered === null) {
    sink.append(session('S1', START_MS))
    world.loop.command({ type: 'set_enablement', cell: CELL }, START_MS)
  }
  for (const [at, bar] of BARS.slice(firstMinute, untilMinute).entries()) {
    world.candle(bar)
    if ((at + 1) % commitEvery === 0) sink.commit()
  }
  return { ...world, journal }
}

/** What a killed process leaves on the disk, under another name, as its own lock is still held. */
function leftBehind(file: string): string {
  const copy = temporaryFile()
  for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix)
  return copy
}

type Told = { readonly outcomes: readonly unknown[]; readonly decisions: readonly unknown[] }
/** From the chain, without the ids: each process has its own. */
function told(file: string): Told {
  const db = openReadOnly(file)
  try {
    expect(verifyJournal(db)).toMatchObject({ ok: true })
    const bodies = (kind: string): Record<string, unknown>[] =>
      db
        .prepare<[string], { body: string }>('SELECT body FROM records WHERE kind = ? ORDER BY seq')
        .all(kind)
        .map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    return {
      outcomes: bodies('signal_outcome').map((outcome) => ({ ...outcome, decisionId: null })),
      decisions: bodies('decision').map(({ tsMs, outcome, reason, gates }) => ({ tsMs, outcome, reason, gates })),
    }
  } finally {
    db.close()
  }
}

function lifeWithKills(options: Omit<Life, 'file'>, kills: readonly number[]): Told {
  let file = temporaryFile()
  let venue: SimulatedVenue | undefined
  for (const minute of kills) {
    const killed = live({ ...options, file, ...(venue === undefined ? {} : { venue }) }, minute)
    venue = options.mayTrade ? killed.venue : undefined
    file = leftBehind(file)
    killed.journal.close()
  }
  live({ ...options, file, ...(venue === undefined ? {} : { venue }) }, MINUTES).journal.close()
  return told(file)
}

describe('a process that is killed', () => {
  let known: Told | null = null
  const whole = (): Told => (known ??= lifeWithKills({ mayTrade: true, commitEvery: 1 }, []))

  test('in a story in which every outcome happens, and score and cell refuse some signals', () => {
    const outcomes = new Set(whole().outcomes.map((each) => (each as { outcome: string }).outcome))
    const reasons = new Set(whole().decisions.map((each) => (each as { reason: string }).reason))
    expect([...outcomes].toSorted()).toEqual(['expired', 'loss', 'win'])
    expect(whole().outcomes.length).toBeGreaterThan(50)
    for (const reason of ['executed', 'score_below_floor', 'cell_disabled', 'position_open']) expect(reasons).toContain(reason)
  })

  test.each([1, 29, 30, 31, 59, 61, 100, 150, 179, 240])(
    'after minute %i finds every signal again, and ends each as if nothing had happened',
    (kill) => {
      expect(lifeWithKills({ mayTrade: true, commitEvery: 1 }, [kill])).toEqual(whole())
    },
  )

  test('many times over does the same', () => {
    expect(lifeWithKills({ mayTrade: true, commitEvery: 1 }, [17, 44, 45, 90, 121, 180, 233])).toEqual(whole())
  })

  test('with its newest minutes not committed lives through them again', () => {
    const options = { mayTrade: false, commitEvery: 13 }
    expect(lifeWithKills(options, [40, 77, 130, 222])).toEqual(lifeWithKills({ ...options, commitEvery: 1 }, []))
  })
})

describe('a step in time', () => {
  const before = (minute: number) => {
    const file = temporaryFile()
    const { journal, kernel } = live({ file, mayTrade: false, commitEvery: 1 }, minute)
    const recovered = journal.recover()
    journal.close()
    return { followed: kernel.scoring.followed, recovered }
  }
  const opened = (recovered: RecoveredState | null, minute: number) =>
    openWorld({
      strategies: [],
      scoring: SCORING,
      recovered: recovered === null ? null : { ...recovered, marketMs: START_MS + minute * MINUTE_MS },
      before: BARS.slice(0, minute),
    })

  test('back forgets what was decided after that time, and goes on with what was decided before', () => {
    const { recovered, followed } = before(100)
    const back = opened(recovered, 85)
    const decidedBefore = recovered?.signals.pending.filter(({ decidedMs }) => decidedMs <= START_MS + 85 * MINUTE_MS) ?? []
    expect(followed).toBeGreaterThan(decidedBefore.length)
    expect(decidedBefore.length).toBeGreaterThan(0)
    // All that were pending at minute 100 were pending at minute 85 too.
    expect(back.kernel.scoring.followed).toBe(decidedBefore.length)
    expect(back.of('signal_outcome')).toEqual([])
  })

  test('forward ends what ended on the way, from the candles of the way', () => {
    const { recovered, followed } = before(100)
    const pending = recovered?.signals.pending.length ?? 0
    // Some had ended, but were not written down yet.
    expect(pending).toBeGreaterThan(followed)
    const forward = opened(recovered, 200)
    for (const bar of BARS.slice(200, 240)) forward.candle(bar)
    const direct = live({ file: temporaryFile(), mayTrade: false, commitEvery: 1 }, MINUTES)
    direct.journal.close()
    const expected = new Map(direct.of('signal_outcome').map((each) => [`${each.decidedMs}`, each]))
    const found = forward.of('signal_outcome')
    expect(found).toHaveLength(pending)
    for (const each of found) {
      const { outcome, rMultiple, endedMs, maxAdverseR } = expected.get(`${each.decidedMs}`) ?? {}
      expect(each).toMatchObject({ outcome, rMultiple, endedMs, maxAdverseR })
    }
  })

  test('to where no candle before it is known follows nothing of what was', () => {
    const { recovered } = before(100)
    const away = openWorld({ strategies: [], scoring: SCORING, recovered })
    away.candle({ high: 90_000, low: 10_000, close: 50_000 })
    expect(away.of('signal_outcome')).toEqual([])
    const later = { ...recovered, marketMs: START_MS + 400 * MINUTE_MS } as RecoveredState
    const gap = openWorld({ strategies: [], scoring: SCORING, recovered: later })
    expect(gap.kernel.scoring.followed).toBeGreaterThan(0)
    gap.kernel.candle(0, { openTimeMs: START_MS + 400 * MINUTE_MS, open: 5e4, high: 9e4, low: 1e4, close: 5e4, volume: 1 })
    expect(gap.kernel.scoring.followed).toBe(0)
  })
})
