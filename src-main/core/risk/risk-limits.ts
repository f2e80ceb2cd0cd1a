// Every limit with its present use, for the bars on the screen. What cannot be computed is left out rather than shown as unused.
import { toNumber } from '../../../src-shared/domain/decimal.ts'
import { grossExposure, leverageAllowed, marginLeft, openNotional, positionValueMax } from './exposure.ts'
import { drawdownOf, lossShare } from './loss-share.ts'
import { type RiskContext, known } from './risk-context.ts'

export type RiskLimit = {
  /** Code of the check that keeps the limit. */
  readonly code: string
  readonly title: string
  readonly used: number
  readonly limit: number
  /** `fraction` is 0 to 1. */
  readonly unit: string
}

type Bar = {
  readonly code: string
  readonly title: string
  readonly unit: string
  readonly read: (context: RiskContext) => readonly [used: number, limit: number]
}

const equityOf = (context: RiskContext): number => known(context.account, 'account').equity

const BARS: readonly Bar[] = [
  {
    code: 'day_loss',
    title: 'Day loss',
    unit: 'fraction',
    read: (c) => [Math.max(0, lossShare(c.riskState.dayStartEquity, equityOf(c))), c.policy.dayLossMax],
  },
  {
    code: 'week_loss',
    title: 'Week loss',
    unit: 'fraction',
    read: (c) => [Math.max(0, lossShare(c.riskState.weekStartEquity, equityOf(c))), c.policy.weekLossMax],
  },
  {
    code: 'account_drawdown',
    title: 'Account drawdown',
    unit: 'fraction',
    read: (c) => [drawdownOf(c.riskState, equityOf(c)), c.policy.drawdownMax],
  },
  { code: 'trades_per_day', title: 'Trades today', unit: 'count', read: (c) => [c.riskState.tradesToday, c.policy.tradesPerDayMax] },
  {
    code: 'consecutive_losses',
    title: 'Losses in a row',
    unit: 'count',
    read: (c) => [c.riskState.consecutiveLosses, c.policy.consecutiveLossesMax],
  },
  {
    code: 'gross_exposure',
    title: 'Gross exposure',
    unit: '× equity',
    read: (c) => [grossExposure(c) / equityOf(c), c.policy.grossExposureMax],
  },
  { code: 'leverage', title: 'Account leverage', unit: '×', read: (c) => [openNotional(c) / equityOf(c), leverageAllowed(c)] },
  {
    code: 'position_size',
    title: 'Largest position',
    unit: 'settlement currency',
    read: (c) => [Math.max(0, ...c.positions.map((position) => position.notional)), toNumber(positionValueMax(c))],
  },
  {
    code: 'available_margin',
    title: 'Margin used',
    unit: 'settlement currency',
    read: (c) => [Math.max(0, equityOf(c) - toNumber(marginLeft(c))), equityOf(c)],
  },
  {
    code: 'system_health',
    title: 'Age of market data',
    unit: 'ms',
    read: (c) => [Math.max(0, c.nowMs - known(c.lastMarketDataMs, 'market_data')), c.policy.staleDataMsMax],
  },
]

/** Every limit whose use can be told now. Never throws. */
export function riskLimits(context: RiskContext): readonly RiskLimit[] {
  return BARS.flatMap(({ code, title, unit, read }) => {
    const values = readSafely(read, context)
    return values === null ? [] : [{ code, title, used: values[0], limit: values[1], unit }]
  })
}

/** Missing or senseless data makes a bar unknown, not the whole page. */
function readSafely(read: Bar['read'], context: RiskContext): readonly [number, number] | null {
  try {
    const values = read(context)
    return values.every(Number.isFinite) ? values : null
  } catch {
    return null
  }
}
