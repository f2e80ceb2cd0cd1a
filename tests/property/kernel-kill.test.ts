// Proves that the process may be killed between any two effects: whatever the journal had committed by then, the next start finds out the truth,
// doubles nothing, and ends with books that agree with the venue and with one stop over whatever is open.
import { describe, expect, it } from 'vitest'
import { CarePolicy, RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import { money, negate, quantity, toNumber } from '../../src-shared/domain/decimal.ts'
import { PLAIN_SIGNAL, type Signal } from '../../src-shared/domain/decision.ts'
import { sessionId, strategyId } from '../../src-shared/domain/ids.ts'
import { leavesQuantity } from '../../src-shared/domain/order.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import type { VenueReport } from '../../src-shared/events/venue-report.ts'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import { TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { SimulatedVenue, SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import type { StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { MemoryJournal } from '../support/memory-journal.ts'
import { BTC, FRICTIONLESS } from '../support/venue-kit.ts'

const START_MS = Date.UTC(2025, 0, 6)
/** Up through the first target, a trail, then down through the stop; then quiet. The entry is decided at the close of the second minute. */
const UP_AND_DOWN = [60_000, 60_000, 60_050, 60_300, 60_650, 60_900, 61_000, 60_500, 60_200, 59_900, 59_300, 59_300, 59_300, 59_300]
/** Straight down through the stop. */
const DOWN = [60_000, 60_000, 59_900, 59_600, 59_300, 59_300, 59_300, 59_300, 59_300]
/** Rises a little and stays: the position is open at the end. */
const SIDEWAYS = [60_000, 60_000, 60_100, 60_150, 60_100, 60_150, 60_100]

class Killed extends Error {}

/** A journal that keeps only what was committed: a kill loses the rest. */
class CommittedJournal {
  readonly durable = new MemoryJournal()
  #pending: JournalRecord[] = []
  append(record: JournalRecord): void {
    this.#pending.push(record)
  }
  commit(): boolean {
    for (const record of this.#pending) this.durable.append(record)
    this.#pending = []
    return true
  }
  lose(): void {
    this.#pending = []
  }
}

const oneEntry = (closes: readonly number[]): StrategyPlugin => ({
  declaration: {
    id: strategyId('one-entry'),
    title: 'One entry',
    description: 'Buys at the second candle',
    timeframe: '1m',
    warmupCandles: 1,
    features: [],
    parameters: [],
  },
  create: () => ({
    onCandle(input): Signal | null {
      if (input.openTimeMs !== START_MS + MINUTE_MS) return null
      return {
        direction: 'buy',
        strength: 1,
        stopPrice: (closes[1] ?? 0) * 0.99,
        chandelierDistance: null,
        votes: [],
        why: {},
        ...PLAIN_SIGNAL,
      }
    },
  }),
})

type Story = {
  readonly closes: readonly number[]
  readonly config: SimulationConfig
  readonly killAtEffect: number
  readonly commitsEachEvent: boolean
}

class Run {
  readonly journal = new CommittedJournal()
  readonly submitted: string[] = []
  venue: SimulatedVenue
  loop: TradingLoop
  kills = 0
  effects = 0
  effectsOfStory = 0
  readonly #story: Story
  #starts = 0

  constructor(story: Story) {
    this.#story = story
    this.venue = createSimulatedVenue([BTC], story.config)
    this.loop = this.#open()
  }

  play(): void {
    this.#alive(() => this.loop.start())
    for (const [minute, close] of this.#story.closes.entries()) {
      const open = this.#story.closes[minute - 1] ?? close
      const openTimeMs = START_MS + minute * MINUTE_MS
      this.#alive(() => this.#candle(openTimeMs, open, close))
    }
    this.#alive(() => this.loop.settle(60_000))
    this.effectsOfStory = this.effects
    // Two quiet minutes in which everything must come to rest, also when the kill came last.
    this.loop.settle(120_000)
    this.journal.commit()
  }

  #candle(openTimeMs: number, open: number, close: number): void {
    const candle = { openTimeMs, open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 5 }
    for (const point of this.venue.path(BTC.id, candle, MINUTE_MS)) {
      const tsMs = Math.max(point.tsMs, this.loop.kernel.nowMs)
      this.loop.event({
        source: 'market',
        tsMs,
        event: { type: 'trade', instrumentId: BTC.id, price: point.price, quantity: 2, tsEventMs: tsMs },
      })
    }
    const tsMs = Math.max(openTimeMs + MINUTE_MS, this.loop.kernel.nowMs)
    this.loop.event({ source: 'market', tsMs, event: { type: 'candle', instrumentId: BTC.id, candle } })
    this.loop.settle(1)
  }

  #alive(step: () => void): void {
    try {
      step()
    } catch (cause) {
      if (!(cause instanceof Killed)) throw cause
      this.kills += 1
      this.journal.lose()
      const saved = this.venue.save()
      this.venue = createSimulatedVenue([BTC], this.#story.config)
      this.venue.restore(saved)
      this.loop = this.#open()
      this.loop.start()
    }
  }

  #open(): TradingLoop {
    this.#starts += 1
    const recovered = this.#starts === 1 ? null : this.journal.durable.recover()
    const kernel = new Kernel(
      {
        sessionId: sessionId(`kill-${this.#starts}`),
        startMs: START_MS,
        instruments: [BTC],
        baseTimeframe: '1m',
        strategies: [{ plugin: oneEntry(this.#story.closes), parameters: {}, file: null }],
        risk: RiskPolicy.parse({ cooldownMs: 0 }),
        care: CarePolicy.parse({ equityIntervalMs: 0 }),
        leverage: 5,
        initialBalance: this.#story.config.initialBalance,
        idPrefix: `twk${this.#starts}`,
        marketClock: true,
      },
      recovered,
    )
    kernel.handle({ source: 'market', tsMs: kernel.nowMs, event: { type: 'feed', state: 'live', detail: '', tsEventMs: kernel.nowMs } })
    return new TradingLoop({
      kernel,
      venue: this.venue,
      sink: this.journal,
      observer: {
        onEffect: (effect) => {
          this.effects += 1
          if (this.effects === this.#story.killAtEffect) throw new Killed('killed')
          if (effect.type === 'submit_order') this.submitted.push(effect.order.clientOrderId)
        },
        afterEvent: () => {
          this.journal.durable.checkpoint(kernel.nowMs, kernel.counters)
          if (this.#story.commitsEachEvent) this.journal.commit()
        },
      },
    })
  }
}

function truthOf(run: Run): Extract<VenueReport, { type: 'snapshot' }> {
  const now = run.loop.kernel.nowMs + 3_600_000
  run.venue.requestSnapshot(null, now)
  const found = run.venue.advanceTo(now + 10_000).find((report) => report.type === 'snapshot')
  if (found?.type !== 'snapshot') throw new Error('no snapshot')
  return found
}

function checkEnd(run: Run, story: string): void {
  const { kernel } = run.loop
  const truth = truthOf(run)
  const here = kernel.portfolio.position(BTC.id)
  const there = truth.positions[0]
  expect(here === null ? quantity('0') : here.side === 'long' ? here.quantity : negate(here.quantity), story).toBe(
    there === undefined ? quantity('0') : there.quantity,
  )
  expect(toNumber(kernel.portfolio.balance), story).toBeCloseTo(toNumber(truth.walletBalance), 5)
  expect(run.journal.durable.balance, story).toBe(kernel.portfolio.balance)
  expect(kernel.system.reconciled, story).toBe(true)
  expect(new Set(run.submitted).size, `${story}: an order was sent twice`).toBe(run.submitted.length)
  expect(
    truth.fills.filter((fill) => fill.side === 'buy').reduce((total, fill) => total + toNumber(fill.quantity), 0),
    `${story}: bought more than once`,
  ).toBeLessThan(0.09)
  const ours = kernel.execution.registry.open()
  expect(truth.orders.map((order) => order.clientOrderId).toSorted(), `${story}: orders at the venue and here`).toEqual(
    ours.map((order) => order.clientOrderId).toSorted(),
  )
  const stops = ours.filter((order) => order.purpose === 'stop')
  if (here === null) expect(ours, story).toEqual([])
  else expect(stops.map(leavesQuantity), story).toEqual([here.quantity])
}

describe.each([
  ['up and down', UP_AND_DOWN],
  ['straight down', DOWN],
  ['sideways', SIDEWAYS],
])('killed at any effect while the market goes %s', (name, closes) => {
  it.each([
    ['all at once', { ...FRICTIONLESS, leverage: 5 }, false],
    ['with latency, when every event is committed', { ...FRICTIONLESS, leverage: 5, latencyMs: 250, initialBalance: money('10000') }, true],
    ['with latency, when only what is sent is committed', { ...FRICTIONLESS, leverage: 5, latencyMs: 250 }, false],
    ['with partial fills', { ...FRICTIONLESS, leverage: 5, latencyMs: 40, participationMax: 0.01 }, false],
  ])('%s', { timeout: 60_000 }, (how, config, commitsEachEvent) => {
    const calm = new Run({ closes, config, killAtEffect: 0, commitsEachEvent })
    calm.play()
    checkEnd(calm, `${name}, ${how}, not killed`)
    expect(calm.submitted.length).toBeGreaterThan(4)
    for (let killAtEffect = 1; killAtEffect <= calm.effectsOfStory; killAtEffect += 1) {
      const run = new Run({ closes, config, killAtEffect, commitsEachEvent })
      run.play()
      expect(run.kills).toBe(1)
      checkEnd(run, `${name}, ${how}, killed at effect ${killAtEffect}`)
    }
  })
})
