// Proves that a strategy can stop nothing but itself, that a paused one only looks after what it holds, that a signal without sense is refused by
// name, and that what cannot be written down is not sent unless it shrinks a position. Through the loop and the simulated venue.
import { describe, expect, it } from 'vitest'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import type { StrategySetup } from '../../src-main/core/kernel/kernel-config.ts'
import { TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { StrategyInstance, StrategyPlugin } from '../../src-main/core/strategies/strategy.ts'
import { PLAIN_SIGNAL, type Signal } from '../../src-shared/domain/decision.ts'
import { strategyId } from '../../src-shared/domain/ids.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import { handConfig } from '../support/hand-config.ts'
import { BTC, ETH, FRICTIONLESS } from '../support/venue-kit.ts'

const START_MS = Date.UTC(2025, 0, 6)
const buy = (close: number): Signal => ({
  direction: 'buy',
  strength: 1,
  stopPrice: close * 0.99,
  chandelierDistance: null,
  votes: [],
  why: {},
  ...PLAIN_SIGNAL,
})

function setup(id: string, onCandle: StrategyInstance['onCandle'], features: readonly string[] = []): StrategySetup {
  const plugin: StrategyPlugin = {
    declaration: { id: strategyId(id), title: id, description: '', timeframe: '1m', warmupCandles: 1, features, parameters: [] },
    create: () => ({ onCandle }),
  }
  return { plugin, parameters: {}, file: null }
}

function openDesk(strategies: readonly StrategySetup[], canWrite: () => boolean = () => true) {
  const records: JournalRecord[] = []
  const kernel = new Kernel({ ...handConfig({ startMs: START_MS, start: 0, speak: () => null }), strategies }, null)
  const venue = createSimulatedVenue([BTC, ETH], FRICTIONLESS)
  const loop = new TradingLoop({ kernel, venue, sink: { append: (record) => void records.push(record), commit: canWrite } })
  kernel.handle({ source: 'market', tsMs: START_MS, event: { type: 'feed', state: 'live', detail: '', tsEventMs: START_MS } })
  loop.start()
  let minute = 0
  const candle = (close: number): void => {
    Object.assign(loop.nextCandle(0), {
      openTimeMs: START_MS + minute * MINUTE_MS,
      open: close,
      high: close,
      low: close,
      close,
      volume: 100,
    })
    loop.endStep()
    minute += 1
  }
  const alerts = (): string[] =>
    records.flatMap((record) => (record.kind === 'alert' ? [`${record.body.code}: ${record.body.message}`] : []))
  return { kernel, loop, candle, records, alerts }
}

describe('strategies on one desk', () => {
  it('are told when the last position in the instrument was closed, also one that no close of a bar has seen', () => {
    const seen: [held: boolean, lastClosedMs: number | null][] = []
    const note = setup('note', ({ close, position, lastClosedMs, instrumentId }) => {
      if (instrumentId !== BTC.id) return null
      seen.push([position !== null, lastClosedMs])
      return seen.length === 1 ? buy(close) : null
    })
    const desk = openDesk([note, setup('other', () => null)])
    // Bought at the close of the first bar, stopped out within the second.
    for (const close of [60_000, 59_000, 59_000]) desk.candle(close)
    const closedMs = desk.records.flatMap((record) => (record.kind === 'round_trip' ? [record.body.closedMs] : []))
    expect(closedMs).toHaveLength(1)
    expect(seen).toEqual([
      [false, null],
      [false, closedMs[0]],
      [false, closedMs[0]],
    ])
  })

  it('lose only the one that throws, and it says why', () => {
    const { kernel, candle, alerts } = openDesk([
      setup('broken', () => {
        throw new TypeError('cannot read close of undefined')
      }),
      setup('sound', ({ close }) => buy(close)),
    ])
    candle(50_000)
    candle(50_000)
    candle(50_000)
    expect(kernel.strategies.list().map(({ fault }) => fault)).toEqual(['cannot read close of undefined', null])
    expect(alerts().filter((alert) => alert.startsWith('strategy_faulted'))).toHaveLength(1)
    expect(kernel.portfolio.position(BTC.id)?.strategyId).toBe('sound')
  })

  it('lose the one whose signal makes no sense, with the field and the value', () => {
    const { kernel, candle } = openDesk([setup('upside-down', ({ close }) => ({ ...buy(close), stopPrice: close * 1.01 }))])
    candle(50_000)
    expect(kernel.strategies.list()[0]?.fault).toContain('stopPrice is 50500')
    expect(kernel.execution.registry.open()).toEqual([])
  })

  it('lose the one that asks for a feature that does not exist, and know the nearest names', () => {
    const { kernel } = openDesk([setup('misspelt', () => null, ['emma_21'])])
    expect(kernel.strategies.list()[0]?.fault).toContain('ema_')
  })

  it('get no signals from a paused one, and signals again once it goes on', () => {
    const { kernel, loop, candle } = openDesk([setup('eager', ({ close }) => buy(close))])
    const id = strategyId('eager')
    expect(loop.command({ type: 'pause_strategy', strategyId: id, paused: true }, START_MS)).toMatchObject({ ok: true })
    candle(50_000)
    candle(50_000)
    expect(kernel.portfolio.openCount).toBe(0)
    loop.command({ type: 'pause_strategy', strategyId: id, paused: false }, START_MS)
    candle(50_000)
    candle(50_000)
    expect(kernel.portfolio.openCount).toBe(1)
    expect(loop.command({ type: 'pause_strategy', strategyId: strategyId('nobody'), paused: true }, START_MS)).toEqual({
      ok: false,
      error: 'strategy "nobody" is not loaded, expected one of eager',
    })
  })
})

describe('a journal that cannot be written', () => {
  it('keeps an entry from being sent, and the desk knows it as rejected', () => {
    const { kernel, candle, records } = openDesk([setup('eager', ({ close }) => buy(close))], () => false)
    candle(50_000)
    candle(50_000)
    expect(kernel.portfolio.openCount).toBe(0)
    const reasons = records.flatMap((record) => (record.kind === 'order' && record.body.state === 'rejected' ? [record.body.reason] : []))
    expect(reasons).toContain('journal_failed')
  })

  it('does not trap us: the stop and the close are sent all the same', () => {
    let canWrite = true
    const { kernel, loop, candle } = openDesk(
      [setup('once', ({ close, position }) => (position === null && canWrite ? buy(close) : null))],
      () => canWrite,
    )
    candle(50_000)
    candle(50_000)
    const position = kernel.portfolio.position(BTC.id)
    expect(position?.care.stopState).toBe('working')
    canWrite = false
    if (position !== null) loop.command({ type: 'close_position', positionId: position.id, reason: 'operator' }, START_MS)
    candle(50_000)
    expect(kernel.portfolio.openCount).toBe(0)
  })
})
