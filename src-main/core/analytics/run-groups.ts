// Round trips that share something, and what their profit was made of.
import { toNumber } from '../../../src-shared/domain/decimal.ts'
import { roundTripStatistics } from './round-trip-statistics.ts'
import { slippageOf } from './run-metrics.ts'
import type { RunTrip } from './run-record.ts'

export type TripGroup = {
  readonly key: string
  readonly trades: number
  readonly netPnl: number
  readonly fees: number
  readonly funding: number
  readonly winRate: number | null
  readonly expectancyR: number | null
  readonly profitFactor: number | null
}

export const GROUPINGS = ['strategy', 'instrument', 'side', 'regime', 'voter', 'hour', 'weekday', 'exit', 'month'] as const
export type Grouping = (typeof GROUPINGS)[number]

export const GROUPS_MAX = 200
/** Whatever is beyond the largest 199. */
export const OTHER_GROUP = '(others)'
const KEY_LENGTH_MAX = 80

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
/** What was not known at the entry. */
const UNKNOWN = '(unknown)'

const weekday = (tsMs: number): string => WEEKDAYS[(new Date(tsMs).getUTCDay() + 6) % 7] ?? UNKNOWN

/** Hour and weekday are those of the entry, the month that of the exit, all in UTC. A round trip counts under each of its voters. */
const KEYS: Readonly<Record<Grouping, (of: RunTrip) => readonly string[]>> = {
  strategy: ({ trip }) => [trip.strategyId],
  instrument: ({ trip }) => [trip.instrumentId],
  side: ({ trip }) => [trip.side],
  regime: ({ regime }) => [regime ?? UNKNOWN],
  voter: ({ voters }) => voters,
  hour: ({ trip }) => [new Date(trip.openedMs).toISOString().slice(11, 13)],
  weekday: ({ trip }) => [weekday(trip.openedMs)],
  exit: ({ trip }) => [trip.exitReason],
  month: ({ trip }) => [new Date(trip.closedMs).toISOString().slice(0, 7)],
}

/** In the order of the clock or the calendar for times, else the most traded first; at most 200 of each. */
export const tripGroups = (trips: readonly RunTrip[]): Record<Grouping, TripGroup[]> => ({
  strategy: groupsBy(trips, 'strategy'),
  instrument: groupsBy(trips, 'instrument'),
  side: groupsBy(trips, 'side'),
  regime: groupsBy(trips, 'regime'),
  voter: groupsBy(trips, 'voter'),
  hour: groupsBy(trips, 'hour'),
  weekday: groupsBy(trips, 'weekday'),
  exit: groupsBy(trips, 'exit'),
  month: groupsBy(trips, 'month'),
})

function groupsBy(trips: readonly RunTrip[], grouping: Grouping): TripGroup[] {
  const members = new Map<string, RunTrip[]>()
  for (const trip of trips) {
    for (const name of KEYS[grouping](trip)) {
      const key = name.slice(0, KEY_LENGTH_MAX)
      const known = members.get(key)
      if (known === undefined) members.set(key, [trip])
      else known.push(trip)
    }
  }
  return atMost([...members].toSorted(orderOf(grouping)), GROUPS_MAX).map(([key, of]) => groupOf(key, of))
}

type Members = [key: string, trips: RunTrip[]]
const byName = (a: Members, b: Members): number => (a[0] < b[0] ? -1 : 1)
const byWeekday = (a: Members, b: Members): number => weekdayNumber(a[0]) - weekdayNumber(b[0])
const weekdayNumber = (name: string): number => WEEKDAYS.findIndex((known) => known === name)
const bySize = (a: Members, b: Members): number => b[1].length - a[1].length || byName(a, b)
function orderOf(grouping: Grouping): (a: Members, b: Members) => number {
  if (grouping === 'weekday') return byWeekday
  return grouping === 'hour' || grouping === 'month' ? byName : bySize
}

function atMost(groups: readonly Members[], max: number): readonly Members[] {
  if (groups.length <= max) return groups
  return [...groups.slice(0, max - 1), [OTHER_GROUP, groups.slice(max - 1).flatMap(([, trips]) => trips)]]
}

function groupOf(key: string, trips: readonly RunTrip[]): TripGroup {
  const figures = roundTripStatistics(trips.map(({ trip }) => trip))
  const { netPnl, fees, funding, winRate, expectancyR, profitFactor } = figures
  return { key, trades: figures.roundTrips, netPnl, fees, funding, winRate, expectancyR, profitFactor }
}

/** Each with its sign: they add up to `net`, the profit of all round trips. */
export type CostSteps = {
  /** At the prices of the decisions: what a market without costs would have paid. */
  readonly gross: number
  readonly slippage: number
  readonly fees: number
  readonly funding: number
  readonly net: number
}

export function costSteps(trips: readonly RunTrip[]): CostSteps {
  const { grossPnl, fees, funding, netPnl } = roundTripStatistics(trips.map(({ trip }) => trip))
  const slippage = trips.reduce((total, trip) => total + slippageOf(trip), 0)
  return { gross: grossPnl + slippage, slippage: 0 - slippage, fees: 0 - fees, funding, net: netPnl }
}

/** Net profits in order of closing, as floats. */
export const netPnls = (trips: readonly RunTrip[]): number[] => trips.map(({ trip }) => toNumber(trip.netPnl))
