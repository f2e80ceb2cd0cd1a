// The statistics of the journal as labelled figures. A figure that cannot be computed says what it needs.
import type { Tone } from '../../components/tone.ts'
import { formatMoney, formatNumber, formatPercent, formatR, NOTHING, toneOf } from '../../format/numbers.ts'
import type { Statistics } from './journal-views.ts'

export type Figure = { readonly label: string; readonly text: string; readonly title: string; readonly tone: Tone }
type Definition = {
  readonly label: string
  readonly value: (statistics: Statistics) => number | null
  readonly format: (value: number) => string
  /** What it is, in the tooltip. */
  readonly meaning: string
  /** Shown in the tooltip instead when the value is null. */
  readonly needs?: string
  readonly signed?: boolean
}

const money = (value: number): string => formatMoney(value)
const gain = (value: number): string => formatMoney(value, { sign: true })
const ratio = (value: number): string => formatNumber(value, 2)
const count = (value: number): string => formatNumber(value, 0)

const DEFINITIONS: readonly Definition[] = [
  { label: 'Net P&L', value: (s) => s.netPnl, format: gain, meaning: 'Gross result less fees, plus funding received', signed: true },
  { label: 'Round trips', value: (s) => s.roundTrips, format: count, meaning: 'Positions opened and closed again' },
  { label: 'Wins', value: (s) => s.wins, format: count, meaning: 'Round trips with a positive net result' },
  { label: 'Losses', value: (s) => s.losses, format: count, meaning: 'Round trips with a negative net result' },
  {
    label: 'Win rate',
    value: (s) => s.winRate,
    format: (value) => formatPercent(value, { decimals: 1 }),
    meaning: 'Share of round trips that won',
    needs: 'needs a round trip',
  },
  {
    label: 'Profit factor',
    value: (s) => s.profitFactor,
    format: ratio,
    meaning: 'Sum of wins divided by sum of losses',
    needs: 'needs a losing round trip',
  },
  {
    label: 'Expectancy',
    value: (s) => s.expectancyMoney,
    format: gain,
    meaning: 'Mean net result of a round trip',
    needs: 'needs a round trip',
    signed: true,
  },
  {
    label: 'Expectancy, R',
    value: (s) => s.expectancyR,
    format: formatR,
    meaning: 'Mean result in multiples of the initial risk',
    needs: 'needs a round trip with a known initial risk',
    signed: true,
  },
  {
    label: 'Average win',
    value: (s) => s.averageWin,
    format: gain,
    meaning: 'Mean net result of the winners',
    needs: 'needs a winning round trip',
    signed: true,
  },
  {
    label: 'Average loss',
    value: (s) => s.averageLoss,
    format: gain,
    meaning: 'Mean net result of the losers',
    needs: 'needs a losing round trip',
    signed: true,
  },
  {
    label: 'Sharpe',
    value: (s) => s.sharpe,
    format: ratio,
    meaning: 'Daily returns, mean over standard deviation, × √365',
    needs: 'needs 10 days, not all alike',
  },
  {
    label: 'Sortino',
    value: (s) => s.sortino,
    format: ratio,
    meaning: 'Daily returns, mean over downside deviation, × √365',
    needs: 'needs 10 days, a losing one among them',
  },
  {
    label: 'Max drawdown',
    value: (s) => s.maxDrawdown,
    format: (value) => formatPercent(value),
    meaning: 'Largest fall from a highest equity, as a share of it',
  },
  {
    label: 'Max drawdown, money',
    value: (s) => s.maxDrawdownMoney,
    format: money,
    meaning: 'Largest fall from a highest equity',
  },
  { label: 'Gross P&L', value: (s) => s.grossPnl, format: gain, meaning: 'Before fees and funding', signed: true },
  { label: 'Fees', value: (s) => s.fees, format: money, meaning: 'Paid to the venue' },
  { label: 'Funding', value: (s) => s.funding, format: gain, meaning: 'Received (+) or paid (−) for holding', signed: true },
  {
    label: 'Longest without a stop',
    value: (s) => s.longestUnprotectedSeconds,
    format: (value) => `${formatNumber(value, 1)} s`,
    meaning: 'Longest time an open position had no stop at the venue; more than 5 s is an incident',
  },
]

export function statisticsFigures(statistics: Statistics): readonly Figure[] {
  return DEFINITIONS.map(({ label, value, format, meaning, needs, signed }) => {
    const number = value(statistics)
    if (number === null) return { label, text: NOTHING, title: `${meaning}: ${needs ?? 'too little to compute'}`, tone: 'muted' as const }
    return { label, text: format(number), title: meaning, tone: signed ? toneOf(number) : 'neutral' }
  })
}
