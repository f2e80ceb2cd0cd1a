// A second backtester, for the sake of the first: the crossing of two simple averages on closed candles, entries at market, a stop and targets at
// the venue, fees, slippage, funding, partial fills and finer candles, in plain decimals. Written from domain.md (sections 1, 8, 10, 12) and from
// what the comments of the simulated venue and of position care promise, without importing anything of the program. What both do, both must do to
// the last digit; where they differ, one of them is wrong. Liquidation, margin calls, several positions at once and refusals by the limits of the
// risk officer are not covered.
import { Desk } from './desk.ts'
import { type Exact, ceilTo, exact, floorTo, max, min } from './exact.ts'
import { Exchange, type FillReport, type Instrument, type Side } from './exchange.ts'
import { createCross, createVolatility } from './measures.ts'
import type { StopRules, Target, Trade } from './position.ts'
import { sizeOf } from './sizing.ts'
import { createWire } from './wire.ts'

/** A row of text as it was published: open time, open, high, low, close, volume. */
export type CandleRow = readonly [openTimeMs: string, open: string, high: string, low: string, close: string, volume: string]
export type FundingRow = readonly [tsMs: string, rate: string]

export type ReferenceOptions = {
  readonly candles: readonly CandleRow[]
  readonly candleMs: number
  /** Finer candles that are lived through in place of those, by the open time of the candle they make up; empty for none. */
  readonly finer: ReadonlyMap<number, readonly CandleRow[]>
  readonly finerMs: number
  readonly funding: readonly FundingRow[]
  readonly instrument: Instrument
  readonly balance: Exact
  readonly leverage: Exact
  readonly latencyMs: number
  readonly slippageBasisPoints: number
  readonly participationMax: number
  readonly fast: number
  readonly slow: number
  readonly stopPercent: number
  readonly strength: number
  readonly exitOnCross: boolean
  readonly riskPerTrade: number
  readonly positionShareMax: number
  readonly leverageMax: number
  readonly grossExposureMax: number
  readonly volatilityTarget: number
  readonly targets: readonly Target[]
  readonly rules: StopRules
}
export type ReferenceResult = { readonly fills: readonly FillReport[]; readonly trades: readonly Trade[]; readonly balance: Exact }

type Bar = {
  readonly openMs: number
  readonly open: Exact
  readonly high: Exact
  readonly low: Exact
  readonly close: Exact
  readonly volume: Exact
}

/** Runs it all. Throws when it comes to something that it does not cover. */
export function referenceBacktest(o: ReferenceOptions): ReferenceResult {
  const wire = createWire(o.latencyMs)
  const friction = { slippage: exact(o.slippageBasisPoints).div(10_000), participation: exact(o.participationMax) }
  const exchange = new Exchange(o.instrument, friction, (report, nowMs) =>
    wire.send('desk', nowMs, (heardMs) => desk.hear(report, heardMs)),
  )
  /** Sides of the market entries on their way. */
  let coming: Side | null = null
  const desk: Desk = new Desk({
    ...o,
    wire,
    submit(request, nowMs) {
      if (request.kind === 'market' && !request.reduceOnly) coming = request.side
      wire.send('exchange', nowMs, (arrivedMs) => {
        if (request.kind === 'market' && !request.reduceOnly) coming = null
        exchange.submit(request, arrivedMs)
      })
    },
    cancel: (id, nowMs) => wire.send('exchange', nowMs, (arrivedMs) => exchange.cancel(id, arrivedMs)),
  })
  const cross = createCross(o.fast, o.slow)
  const volatility = createVolatility(o.candleMs)
  let nextFunding = 0
  let fundedMs = 0
  for (const row of o.candles) {
    const bar = barOf(row)
    const closeMs = bar.openMs + o.candleMs
    const market = { exchange, advance: (nowMs: number) => wire.advance(nowMs), coming: () => coming, fundedMs }
    const parts = partsOf(o, bar)
    if (exchange.isEmpty() && wire.isEmpty()) exchange.last = bar.close
    else for (const part of parts) liveThrough(part.bar, part.closeMs, market)
    wire.advance(closeMs)
    desk.seeClose(bar, closeMs)
    volatility.add(bar.openMs, bar.close)
    decide(o, { desk, crossed: cross(row[4]), close: bar.close, volatility: volatility.value(), nowMs: closeMs })
    for (let due = o.funding[nextFunding]; due !== undefined && Number(due[0]) < closeMs + o.candleMs; due = o.funding[nextFunding]) {
      nextFunding += 1
      const [tsMs, rate] = [Number(due[0]), exact(due[1])]
      if (tsMs < closeMs) continue
      wire.advance(tsMs)
      exchange.fund(rate, tsMs)
      fundedMs = tsMs
    }
  }
  return { fills: desk.fills, trades: desk.trades, balance: desk.balance }
}

const barOf = ([openMs, open, high, low, close, volume]: CandleRow): Bar => ({
  openMs: Number(openMs),
  open: exact(open),
  high: exact(high),
  low: exact(low),
  close: exact(close),
  volume: exact(volume),
})

/** The finer candles of this one if they make it up, else itself. */
function partsOf(o: ReferenceOptions, bar: Bar): readonly { readonly bar: Bar; readonly closeMs: number }[] {
  const finer = (o.finer.get(bar.openMs) ?? []).map(barOf)
  const isWhole =
    finer[0]?.open.eq(bar.open) === true &&
    finer.at(-1)?.close.eq(bar.close) === true &&
    finer
      .map(({ high }) => high)
      .reduce(max)
      .eq(bar.high) &&
    finer
      .map(({ low }) => low)
      .reduce(min)
      .eq(bar.low)
  if (!isWhole) return [{ bar, closeMs: bar.openMs + o.candleMs }]
  return finer.map((part) => ({ bar: part, closeMs: part.openMs + o.finerMs }))
}

/** Four prices at equal distances in time, a quarter of the volume each; the extreme that hurts what is open comes before the other one. */
function liveThrough(
  bar: Bar,
  closeMs: number,
  market: {
    readonly exchange: Exchange
    readonly advance: (nowMs: number) => void
    readonly coming: () => Side | null
    readonly fundedMs: number
  },
): void {
  const { exchange } = market
  const opening = exchange.opening() ?? market.coming()
  const isLong = exchange.position.isZero() ? opening === 'buy' : exchange.position.gt(0)
  const isUndecided = exchange.position.isZero() && opening === null
  const isLowNearer = bar.open.sub(bar.low).lte(bar.high.sub(bar.open))
  const isLowFirst = isUndecided ? isLowNearer : isLong
  const [second, third] = isLowFirst ? [bar.low, bar.high] : [bar.high, bar.low]
  const third1Ms = bar.openMs + Math.floor((closeMs - bar.openMs) / 3)
  const third2Ms = bar.openMs + Math.floor((2 * (closeMs - bar.openMs)) / 3)
  const volume = bar.volume.div(4)
  // Time never goes back: after funding that was settled some milliseconds late, the open comes with that time.
  const openMs = Math.max(bar.openMs, market.fundedMs)
  market.advance(openMs)
  exchange.jump(bar.open, volume, openMs)
  for (const [price, tsMs] of [
    [second, third1Ms],
    [third, third2Ms],
    [bar.close, closeMs],
  ] as const) {
    market.advance(tsMs)
    exchange.glide(price, volume, tsMs)
  }
}

type Moment = {
  readonly desk: Desk
  readonly crossed: Side | null
  readonly close: Exact
  readonly volatility: number | null
  readonly nowMs: number
}

function decide(o: ReferenceOptions, { desk, crossed, close, volatility, nowMs }: Moment): void {
  if (crossed === null) return
  if (o.exitOnCross && desk.side !== null && (desk.side === 'long') !== (crossed === 'buy')) desk.exit('crossed', nowMs)
  if (!desk.mayEnter()) return
  const { tick, lot, takerFee, maxMarket, minNotional } = o.instrument
  const away = close.mul(exact(o.stopPercent).div(100))
  // A stop on the tick that is nearer to the market: it never risks more than was asked.
  const stop = crossed === 'buy' ? ceilTo(close.sub(away), tick) : floorTo(close.add(away), tick)
  const { quantity } = sizeOf({
    equity: desk.balance,
    riskPerTrade: exact(o.riskPerTrade),
    entry: close,
    stop,
    strength: exact(o.strength),
    leverage: o.leverage,
    volatilityTarget: o.volatilityTarget,
    volatility,
    positionShareMax: exact(o.positionShareMax),
    leverageMax: exact(o.leverageMax),
    grossExposureMax: exact(o.grossExposureMax),
    takerFee,
    lot,
    maxMarket,
  })
  if (quantity.lte(0) || quantity.mul(close).lt(minNotional))
    throw new Error(`a size of ${quantity.toFixed()}, which the reference does not cover`)
  desk.enter({ side: crossed, quantity, stop }, nowMs)
}
