// The same task for two backtesters: crossing averages over rows of candles, once through the reference, once through the kernel and the simulated
// venue, with what both have to agree on as plain text.
import { CarePolicy, RiskPolicy } from '../../src-shared/config/risk-policy.ts'
import { money, price, quantity, rate, toText } from '../../src-shared/domain/decimal.ts'
import { instrumentId, sessionId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../src-shared/domain/time.ts'
import type { JournalRecord } from '../../src-shared/events/journal-record.ts'
import type { WalkCount } from '../../src-main/core/kernel/candle-walk.ts'
import { Kernel } from '../../src-main/core/kernel/kernel.ts'
import { TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import { detailCandles } from '../../src-main/core/simulation/detail-candles.ts'
import { createSimulatedVenue } from '../../src-main/core/simulation/simulated-venue.ts'
import type { DetailCandles } from '../../src-main/core/simulation/venue.ts'
import { type CandleRow, type FundingRow, referenceBacktest } from './reference-backtest/reference-backtest.ts'
import { exact, text } from './reference-backtest/exact.ts'
import { createSmaCross } from './sma-cross.ts'

/** Figures of BTCUSDT and, but for the tick, of most others. */
export type Task = {
  readonly candles: readonly CandleRow[]
  readonly funding: readonly FundingRow[]
  readonly timeframe: Timeframe
  /** Finer candles, each inside one of the others; none for none. */
  readonly finer: { readonly candles: readonly CandleRow[]; readonly timeframe: Timeframe } | null
  readonly tick: string
  readonly balance: string
  readonly latencyMs: number
  readonly slippageBasisPoints: number
  readonly participationMax: number
  readonly makerFee: string
  readonly strategy: {
    readonly fast: number
    readonly slow: number
    readonly stopPercent: number
    readonly strength: number
    readonly exitOnCross: number
  }
  readonly targets: readonly { readonly fraction: number; readonly atR: number }[]
  readonly breakEven: boolean
  /** Share of the way to the last target from which the stop trails. */
  readonly trailFrom: number
  readonly trailDistance: number
}
export type Outcome = { readonly fills: readonly string[]; readonly trades: readonly string[]; readonly balance: string }

const LEVERAGE = 5
const TAKER_FEE = '0.0005'
const LOT = '0.001'
const MIN_NOTIONAL = '100'
const MAX_MARKET = '120'
/** The limits of the risk officer are out of the way: the reference does not know them. */
const RISK = RiskPolicy.parse({
  drawdownMax: 1,
  dayLossMax: 1,
  weekLossMax: 1,
  consecutiveLossesMax: 100,
  tradesPerDayMax: 1000,
  cooldownMs: 0,
  stopDistanceMin: 0.0001,
})

const TASK: Omit<Task, 'candles' | 'funding' | 'timeframe'> = {
  tick: '0.1',
  balance: '10000',
  latencyMs: 120,
  slippageBasisPoints: 1,
  participationMax: 1,
  makerFee: '0.0002',
  strategy: { fast: 50, slow: 200, stopPercent: 1, strength: 0.8, exitOnCross: 0 },
  targets: [{ fraction: 1, atR: 2 }],
  breakEven: false,
  trailFrom: 1,
  trailDistance: 1,
  finer: null,
}
export const taskOf = (
  market: Pick<Task, 'candles' | 'funding' | 'timeframe'>,
  change: Partial<Omit<Task, 'strategy'>> & { strategy?: Partial<Task['strategy']> } = {},
): Task => ({ ...TASK, ...market, ...change, strategy: { ...TASK.strategy, ...change.strategy } })

export function byReference(task: Task): Outcome {
  const result = referenceBacktest({
    ...task,
    ...task.strategy,
    exitOnCross: task.strategy.exitOnCross === 1,
    candleMs: TIMEFRAME_MS[task.timeframe],
    finer: Map.groupBy(task.finer?.candles ?? [], ([openTimeMs]) => floorTo(Number(openTimeMs), TIMEFRAME_MS[task.timeframe])),
    finerMs: task.finer === null ? 0 : TIMEFRAME_MS[task.finer.timeframe],
    instrument: {
      tick: exact(task.tick),
      lot: exact(LOT),
      minNotional: exact(MIN_NOTIONAL),
      maxMarket: exact(MAX_MARKET),
      makerFee: exact(task.makerFee),
      takerFee: exact(TAKER_FEE),
    },
    balance: exact(task.balance),
    leverage: exact(LEVERAGE),
    riskPerTrade: RISK.riskPerTrade,
    positionShareMax: RISK.positionShareMax,
    leverageMax: RISK.leverageMax,
    grossExposureMax: RISK.grossExposureMax,
    volatilityTarget: RISK.volatilityTarget,
    targets: task.targets.map(({ fraction, atR }) => ({ fraction: exact(fraction), atR: exact(atR) })),
    rules: {
      breakEvenAfterFirstTarget: task.breakEven,
      trailFromShareOfFinalTarget: exact(task.trailFrom),
      trailDistanceShare: exact(task.trailDistance),
    },
  })
  return {
    fills: result.fills.map((fill) =>
      [fill.tsMs, fill.side, text(fill.quantity), text(fill.price), fill.liquidity, text(fill.fee)].join(' '),
    ),
    trades: result.trades.map((trade) =>
      [
        trade.side,
        trade.openedMs,
        trade.closedMs,
        ...[trade.quantity, trade.entryPrice, trade.exitPrice, trade.gross, trade.fees, trade.funding, trade.net].map(text),
        trade.exitReason,
      ].join(' '),
    ),
    balance: text(result.balance),
  }
}

const floorTo = (value: number, step: number): number => Math.floor(value / step) * step

/** The finer candles as the kernel's loop reads them. */
function detailOf({ finer }: Task): DetailCandles | null {
  if (finer === null) return null
  const column = (index: number): Float64Array => Float64Array.from(finer.candles, (row) => Number(row[index]))
  const columns = { openTimeMs: column(0), open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) }
  return detailCandles(columns, TIMEFRAME_MS[finer.timeframe])
}

const instrumentOf = (task: Task): Instrument => ({
  id: instrumentId('BTC/USDT:USDT'),
  venue: 'binanceusdm',
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  tickSize: price(task.tick),
  lotSize: quantity(LOT),
  minQuantity: quantity(LOT),
  maxQuantity: quantity('1000'),
  maxMarketQuantity: quantity(MAX_MARKET),
  minNotional: money(MIN_NOTIONAL),
  contractSize: quantity('1'),
  makerFeeRate: rate(task.makerFee),
  takerFeeRate: rate(TAKER_FEE),
  maintenanceMarginRate: rate('0.004'),
  leverageMax: 125,
})

export function byKernel(task: Task): Outcome & { readonly walked: WalkCount } {
  const records: JournalRecord[] = []
  const instrument = instrumentOf(task)
  const initialBalance = money(task.balance)
  const candleMs = TIMEFRAME_MS[task.timeframe]
  const startMs = Number(task.candles[0]?.[0] ?? 0) - candleMs
  const kernel = new Kernel(
    {
      sessionId: sessionId('reference'),
      startMs,
      instruments: [instrument],
      baseTimeframe: task.timeframe,
      strategies: [{ plugin: createSmaCross(task.timeframe), parameters: task.strategy, file: null }],
      risk: RISK,
      care: CarePolicy.parse({
        reconcileIntervalMs: 0,
        equityIntervalMs: 0,
        targetLadder: task.targets,
        breakEvenAfterFirstTarget: task.breakEven,
        trailFromShareOfFinalTarget: task.trailFrom,
        trailDistanceShare: task.trailDistance,
      }),
      leverage: LEVERAGE,
      initialBalance,
      idPrefix: 'twref',
      marketClock: true,
    },
    null,
  )
  const { latencyMs, participationMax, slippageBasisPoints } = task
  const venue = createSimulatedVenue([instrument], {
    seed: 1,
    initialBalance,
    leverage: LEVERAGE,
    latencyMs,
    slippage: { kind: 'fixed', basisPoints: slippageBasisPoints },
    participationMax,
    markPremium: 0,
  })
  const sink = { append: (record: JournalRecord) => void records.push(record), commit: () => true }
  const loop = new TradingLoop({ kernel, venue, sink, detail: [detailOf(task)] })
  kernel.handle({ source: 'market', tsMs: startMs, event: { type: 'feed', state: 'live', detail: '', tsEventMs: startMs } })
  loop.start()
  const firstMs = startMs + candleMs
  const funding = task.funding
    .map(([tsMs, text]) => ({ tsMs: Number(tsMs), rate: Number(text) }))
    .filter(({ tsMs }) => tsMs >= firstMs + candleMs)
  let nextFunding = 0
  for (const row of task.candles) {
    const [openTimeMs = NaN, open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = row.map(Number)
    // Funding that is due before this candle is over falls between the last one and this one.
    for (let due = funding[nextFunding]; due !== undefined && due.tsMs < openTimeMs + candleMs; due = funding[nextFunding]) {
      const event = { type: 'funding', instrumentId: instrument.id, rate: due.rate, tsEventMs: due.tsMs } as const
      loop.event({ source: 'market', tsMs: due.tsMs, event })
      nextFunding += 1
    }
    Object.assign(loop.nextCandle(0), { openTimeMs, open, high, low, close, volume })
    loop.endStep()
  }
  return { ...outcomeOf(records), balance: toText(kernel.portfolio.balance), walked: loop.walked[0] ?? { fine: 0, coarse: 0 } }
}

function outcomeOf(records: readonly JournalRecord[]): Pick<Outcome, 'fills' | 'trades'> {
  const fills: string[] = []
  const trades: string[] = []
  for (const { kind, body } of records) {
    if (kind === 'fill') {
      fills.push([body.tsEventMs, body.side, toText(body.quantity), toText(body.price), body.liquidity, toText(body.fee)].join(' '))
    } else if (kind === 'round_trip') {
      const figures = [body.quantity, body.entryPrice, body.exitPrice, body.grossPnl, body.fees, body.funding, body.netPnl]
      trades.push([body.side, body.openedMs, body.closedMs, ...figures.map((value) => toText(value)), body.exitReason].join(' '))
    }
  }
  return { fills, trades }
}
