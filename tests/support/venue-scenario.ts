// Random but valid lives of an account at the simulated venue: a list of steps as data, and the one way of playing it.
import * as fc from 'fast-check'
import type { FeeModel, FeeTier, QueueModel, SimulatedVenue, SimulationConfig } from '../../src-main/core/simulation/venue.ts'
import { money, rate, toText } from '../../src-shared/domain/decimal.ts'
import { DAY_MS } from '../../src-shared/domain/time.ts'
import { type Instrument, priceFromNumber } from '../../src-shared/domain/instrument.ts'
import { clientOrderId } from '../../src-shared/domain/ids.ts'
import type { OrderRequest } from '../../src-shared/domain/order.ts'
import type { VenueReport } from '../../src-shared/events/venue-report.ts'
import { BTC, ETH, FRICTIONLESS, order } from './venue-kit.ts'

export const INSTRUMENTS: readonly Instrument[] = [BTC, ETH]

/** Offsets are shares of the last price, unsigned for conditional orders, which then lie on the side where they wait. `of` picks an earlier order, counted from the newest. */
export type Step = { readonly instrument: 0 | 1; readonly waitMs: number } & (
  | { readonly do: 'trade'; readonly move: number; readonly volume: number }
  | {
      readonly do: 'candle'
      readonly open: number
      readonly up: number
      readonly down: number
      readonly close: number
      readonly volume: number
    }
  | {
      readonly do: 'submit'
      readonly side: 'buy' | 'sell'
      readonly type: OrderRequest['type']
      readonly timeInForce: OrderRequest['timeInForce']
      readonly lots: number
      readonly offset: number
      readonly source: 'mark' | 'last'
      /** `when_open` reduces the position if there is one, else it is an ordinary order. */
      readonly reduceOnly: 'always' | 'never' | 'when_open'
    }
  | { readonly do: 'cancel' | 'lookup'; readonly of: number }
  | { readonly do: 'snapshot' }
  | { readonly do: 'funding'; readonly rate: number }
)

/** Now and then it is the next day, or a month later: fees may go by what was traded before. */
const waitMs = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(0, 40, 1_000) },
  { weight: 1, arbitrary: fc.constantFrom(DAY_MS, 31 * DAY_MS) },
)
const common = { instrument: fc.constantFrom(0 as const, 1 as const), waitMs }
/** Whole ten-thousandths: fast-check likes tiny doubles, which move no price. */
const share = (min: number, max: number) =>
  fc.integer({ min: min * 10_000, max: max * 10_000 }).map((tenThousandths) => tenThousandths / 10_000)
const volume = fc.integer({ min: 0, max: 5_000 }).map((tenths) => tenths / 10)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ ...common, do: fc.constant('trade' as const), move: share(-0.03, 0.03), volume }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ...common,
      do: fc.constant('candle' as const),
      open: share(-0.02, 0.02),
      up: share(0, 0.05),
      down: share(0, 0.05),
      close: share(0, 1),
      volume,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      ...common,
      do: fc.constant('submit' as const),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      type: fc.constantFrom(
        'market' as const,
        'market' as const,
        'limit' as const,
        'limit' as const,
        'stop_market' as const,
        'take_profit_market' as const,
      ),
      timeInForce: fc.constantFrom('gtc' as const, 'gtc' as const, 'ioc' as const, 'post_only' as const),
      lots: fc.integer({ min: 1, max: 30_000 }),
      offset: share(-0.02, 0.02),
      source: fc.constantFrom('mark' as const, 'last' as const),
      reduceOnly: fc.constantFrom('never' as const, 'never' as const, 'when_open' as const, 'when_open' as const, 'always' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ ...common, do: fc.constantFrom('cancel' as const, 'lookup' as const), of: fc.integer({ min: 0, max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('snapshot' as const) }) },
  { weight: 1, arbitrary: fc.record({ ...common, do: fc.constant('funding' as const), rate: share(-0.003, 0.003) }) },
)
export const anySteps = (lengthMax = 120): fc.Arbitrary<readonly Step[]> =>
  fc.array(anyStep, { minLength: 20, maxLength: lengthMax, size: 'max' })

const FEE_TIERS: readonly FeeTier[] = [
  { volumeMin: money('0'), maker: rate('0.0002'), taker: rate('0.0005') },
  { volumeMin: money('3000'), maker: rate('0.0001'), taker: rate('0.00045') },
  { volumeMin: money('40000'), maker: rate('-0.00005'), taker: rate('0.0003') },
]

export const anyConfig: fc.Arbitrary<SimulationConfig> = fc.record({
  seed: fc.integer(),
  initialBalance: fc.constantFrom(money('1000'), money('50000.5')),
  leverage: fc.constantFrom(2, 20, 100),
  latencyMs: fc.constantFrom(0, 30, 700),
  slippage: fc.constantFrom(
    FRICTIONLESS.slippage,
    { kind: 'fixed', basisPoints: 3 } as const,
    { kind: 'volatility', share: 0.05 } as const,
    { kind: 'depth', basisPoints: 0.5, impact: 0.5 } as const,
  ),
  latencyJitterMs: fc.constantFrom(0, 0, 25, 900),
  queue: fc.constantFrom<QueueModel>({ kind: 'last' }, { kind: 'volume', ahead: 0 }, { kind: 'volume', ahead: 0.3 }),
  fees: fc.constantFrom<FeeModel>(
    { kind: 'instrument' },
    { kind: 'fixed', maker: rate('-0.0000123'), taker: rate('0.000377') },
    { kind: 'tiers', tiers: FEE_TIERS },
  ),
  funding: fc.constantFrom(true, true, false),
  participationMax: fc.constantFrom(1, 0.1),
  markPremium: fc.constantFrom(0, 0, 0.001, -0.002),
})

/** One life: `play` performs a step and returns the reports that had reached us by its end. */
export function createPlayer(first: SimulatedVenue) {
  let venue = first
  let nowMs = 60_000
  let count = 0
  const last = [1_000, 50]
  const requests: OrderRequest[] = []
  const net: [number, number] = [0, 0]
  const follow = (reports: readonly VenueReport[]): readonly VenueReport[] => {
    for (const report of reports) {
      if (report.type !== 'fill') continue
      const which = report.fill.instrumentId === BTC.id ? 0 : 1
      net[which] += Number(toText(report.fill.quantity)) * (report.fill.side === 'buy' ? 1 : -1)
    }
    return reports
  }
  const onGrid = (instrument: Instrument, value: number): number =>
    Number(toText(priceFromNumber(instrument, Math.max(value, 1), 'half_even')))
  const at = (which: 0 | 1) => ({ instrument: INSTRUMENTS[which] ?? BTC, price: last[which] ?? 1 })
  const setPrice = (which: 0 | 1, price: number, volumeHere: number): void => {
    last[which] = price
    venue.setPrice(at(which).instrument.id, nowMs, price, volumeHere)
  }

  function requestFor(step: Extract<Step, { do: 'submit' }>): OrderRequest {
    const { instrument, price } = at(step.instrument)
    const held = Math.round(net[step.instrument] * 1_000)
    const reduces = step.reduceOnly === 'always' || (step.reduceOnly === 'when_open' && held !== 0)
    const side = step.reduceOnly === 'when_open' && held !== 0 ? (held > 0 ? 'sell' : 'buy') : step.side
    const isConditional = step.type === 'stop_market' || step.type === 'take_profit_market'
    const waitsAbove = (step.type === 'stop_market') === (side === 'buy')
    const offset = isConditional ? Math.abs(step.offset) * (waitsAbove ? 1 : -1) : step.offset
    const level = String(onGrid(instrument, price * (1 + offset)))
    return order({
      id: `o${++count}`,
      instrumentId: instrument.id,
      side,
      type: step.type,
      timeInForce: step.timeInForce,
      triggerSource: step.source,
      reduceOnly: reduces,
      quantity: (step.lots / 1_000).toFixed(3),
      ...(step.type === 'limit' ? { limitPrice: level } : {}),
      ...(isConditional ? { triggerPrice: level } : {}),
    })
  }

  function candleOf(step: Extract<Step, { do: 'candle' }>) {
    const { instrument, price } = at(step.instrument)
    const open = onGrid(instrument, price * (1 + step.open))
    const high = onGrid(instrument, open * (1 + step.up))
    const low = onGrid(instrument, open * (1 - step.down))
    return { openTimeMs: nowMs, open, high, low, close: onGrid(instrument, low + (high - low) * step.close), volume: step.volume }
  }

  function perform(step: Step): VenueReport[] {
    const { instrument, price } = at(step.instrument)
    switch (step.do) {
      case 'trade':
        setPrice(step.instrument, onGrid(instrument, price * (1 + step.move)), step.volume)
        return []
      case 'candle': {
        const reports: VenueReport[] = []
        const candle = candleOf(step)
        venue.openCandle(instrument.id, candle)
        for (const point of venue.path(instrument.id, candle, 60_000)) {
          nowMs = point.tsMs
          reports.push(...venue.advanceTo(nowMs))
          setPrice(step.instrument, point.price, step.volume / 4)
        }
        return reports
      }
      case 'submit': {
        const request = requestFor(step)
        requests.push(request)
        venue.submit(request, nowMs)
        return []
      }
      case 'cancel':
      case 'lookup':
        venue[step.do](requests.at(-1 - step.of)?.clientOrderId ?? clientOrderId('none'), nowMs)
        return []
      case 'snapshot':
        venue.requestSnapshot(null, nowMs)
        return []
      case 'funding':
        venue.applyFunding(instrument.id, step.rate, nowMs)
        return []
    }
  }

  return {
    requests: requests as readonly OrderRequest[],
    nowMs: () => nowMs,
    /** Sets the first prices. */
    begin(): readonly VenueReport[] {
      setPrice(0, 1_000, 100)
      setPrice(1, 50, 100)
      return venue.advanceTo(nowMs)
    },
    play(step: Step): readonly VenueReport[] {
      const reports = perform(step)
      nowMs += step.waitMs
      return follow([...reports, ...venue.advanceTo(nowMs)])
    },
    /** Waits until nothing is under way. */
    settle(): readonly VenueReport[] {
      nowMs += 10_000
      return venue.advanceTo(nowMs)
    },
    /** Goes on with another venue, as if the process had been replaced. */
    goOnWith(other: SimulatedVenue): void {
      venue = other
    },
  }
}
export type Player = ReturnType<typeof createPlayer>

/** Text of reports, decimals included, for comparison bit for bit. */
export const reportText = (reports: readonly VenueReport[]): string[] =>
  reports.map((report) => JSON.stringify(report, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
