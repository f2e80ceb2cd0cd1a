// The latched memory of the risk officer: facts are folded into RiskState, and a limit that was hit stays hit until its time has come
// or a person resumes. Plain data in, plain data out: written to the journal, it survives a restart.
//
// How trips lift: one with a time (day loss, week loss, losses in a row) lifts at that time and by no click: a halted day stays halted.
// One without (drawdown, kill switch, unknown equity, the operator's own halt) waits for a person.
import type { Money } from '../../../src-shared/domain/decimal.ts'
import { type Result, err, ok } from '../../../src-shared/domain/result.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, utcDayMs, utcWeekMs } from '../../../src-shared/domain/time.ts'
import type { RiskPolicy } from '../../../src-shared/config/risk-policy.ts'
import type { RiskState, TradingState, Trip } from '../../../src-shared/events/risk-state.ts'
import { drawdownOf, lossShare } from './loss-share.ts'
import { percent, shown } from './verdict.ts'

export type RiskChange = {
  readonly state: RiskState
  readonly action: 'none' | 'close_all'
  /** The gravest limit hit by this fact, or null. All that are in force are in `state.trips`. */
  readonly trip: Trip | null
}

const WEEK_MS = 7 * DAY_MS
/** What a person typed is cut, so that the message fits the screen's contract. */
const REASON_LENGTH_MAX = 200
const SEVERITY: Readonly<Record<TradingState, number>> = { active: 0, reducing: 1, halted: 2 }
/** Trips after which nothing may stay open. */
const FLATTENING: ReadonlySet<string> = new Set(['account_drawdown', 'kill_switch'])

const gravest = (trips: readonly Trip[]): TradingState =>
  trips.reduce<TradingState>((worst, trip) => (SEVERITY[trip.state] > SEVERITY[worst] ? trip.state : worst), 'active')

const withTrips = (state: RiskState, trips: readonly Trip[]): RiskState => ({ ...state, trips, tradingState: gravest(trips) })
/** A loop rather than a closure: asked at every candle while a limit is exceeded. */
function hasTrip(state: RiskState, code: string): boolean {
  for (const trip of state.trips) if (trip.code === code) return true
  return false
}
/** A waiting time for a sentence, to the minute. */
const duration = (ms: number): string => `${Math.floor(ms / HOUR_MS)} h ${Math.ceil((ms % HOUR_MS) / MINUTE_MS)} min`

/** State of an account that starts now. Throws RangeError when the equity is not a finite number of 0 or more. */
export function initialRiskState(equity: number, nowMs: number): RiskState {
  if (!(Number.isFinite(equity) && equity >= 0)) throw new RangeError(`initial equity ${equity}, expected a finite number of 0 or more`)
  return {
    tradingState: 'active',
    trips: [],
    startEquity: equity,
    peakEquity: equity,
    dayStartMs: utcDayMs(nowMs),
    dayStartEquity: equity,
    weekStartMs: utcWeekMs(nowMs),
    weekStartEquity: equity,
    tradesToday: 0,
    consecutiveLosses: 0,
  }
}

/**
 * Time passes: days and weeks begin, and trips whose time has come lift. Returns the same object when nothing changes, without allocating.
 * A clock that runs backwards changes nothing. Neither does a day that begins with an unknown equity: entries stay denied until it is known.
 */
export function onClock(state: RiskState, nowMs: number, equity: number): RiskState {
  const lifted = lifts(state, nowMs) ? lift(state, nowMs) : state
  const dayStartMs = utcDayMs(nowMs)
  if (dayStartMs <= lifted.dayStartMs || !Number.isFinite(equity)) return lifted
  const weekStartMs = utcWeekMs(nowMs)
  const day: RiskState = { ...lifted, dayStartMs, dayStartEquity: equity, tradesToday: 0 }
  return weekStartMs > lifted.weekStartMs ? { ...day, weekStartMs, weekStartEquity: equity } : day
}

const hasEnded = (trip: Trip, nowMs: number): boolean => trip.resumeMs !== null && trip.resumeMs <= nowMs

function lifts(state: RiskState, nowMs: number): boolean {
  for (const trip of state.trips) if (hasEnded(trip, nowMs)) return true
  return false
}

function lift(state: RiskState, nowMs: number): RiskState {
  const streakEnded = state.trips.some((trip) => trip.code === 'consecutive_losses' && hasEnded(trip, nowMs))
  const left = withTrips(
    state,
    state.trips.filter((trip) => !hasEnded(trip, nowMs)),
  )
  // Otherwise the next check would find the old streak and halt the new day as well.
  return streakEnded ? { ...left, consecutiveLosses: 0 } : left
}

/** The last answer that said nothing. The same state gives the same answer, so that a quiet candle costs no allocation. */
let quiet: RiskChange | null = null
function unchanged(state: RiskState): RiskChange {
  if (quiet === null || quiet.state !== state) quiet = Object.freeze({ state, action: 'none', trip: null })
  return quiet
}

/**
 * Equity was marked to market: the peak rises, or a limit is hit. A limit that is in force already does not trip again.
 * An equity that is not a number halts until a person resumes: limits that cannot be watched do not count as kept.
 */
// oxlint-disable-next-line max-params -- this runs once per candle: an options object would be an allocation each time
export function onEquity(state: RiskState, equity: number, nowMs: number, policy: RiskPolicy): RiskChange {
  const peakEquity = equity > state.peakEquity && Number.isFinite(equity) ? equity : state.peakEquity
  const dayHit = lossShare(state.dayStartEquity, equity) >= policy.dayLossMax && !hasTrip(state, 'day_loss')
  const weekHit = lossShare(state.weekStartEquity, equity) >= policy.weekLossMax && !hasTrip(state, 'week_loss')
  const drawdownHit = drawdownOf(state, equity) >= policy.drawdownMax && !hasTrip(state, 'account_drawdown')
  // Counted by onRoundTrip; asked here as well, because a policy that was tightened meets a streak that nothing else would ever end.
  const streakHit = state.consecutiveLosses >= policy.consecutiveLossesMax && !hasTrip(state, 'consecutive_losses')
  const unknown = !Number.isFinite(equity) && !hasTrip(state, 'equity_unknown')
  if (!dayHit && !weekHit && !drawdownHit && !streakHit && !unknown)
    return peakEquity === state.peakEquity ? unchanged(state) : unchanged({ ...state, peakEquity })
  const hits = { dayHit, weekHit, drawdownHit, streakHit, unknown }
  const trips = equityTrips(state, { equity, nowMs, policy, hits })
  return { state: withTrips(state, [...state.trips, ...trips]), action: drawdownHit ? 'close_all' : 'none', trip: trips[0] ?? null }
}

/** Equities above `above` and up to `upTo` hit no limit and set no peak. */
export type QuietEquity = { readonly above: number; readonly upTo: number }
const NEVER_QUIET: QuietEquity = { above: Number.POSITIVE_INFINITY, upTo: Number.NEGATIVE_INFINITY }
/** What float arithmetic may make of a share: so near to a limit it is asked exactly. */
const NOISE = 1e-9

/** The equities at which {@link onEquity} says nothing and changes nothing. */
export function quietEquity(state: RiskState, policy: RiskPolicy): QuietEquity {
  const { startEquity, peakEquity, dayStartEquity, weekStartEquity } = state
  if (state.consecutiveLosses >= policy.consecutiveLossesMax && !hasTrip(state, 'consecutive_losses')) return NEVER_QUIET
  const day = hasTrip(state, 'day_loss') ? 0 : dayStartEquity * (1 - policy.dayLossMax + NOISE)
  const week = hasTrip(state, 'week_loss') ? 0 : weekStartEquity * (1 - policy.weekLossMax + NOISE)
  const fall = hasTrip(state, 'account_drawdown') ? 0 : Math.max(peakEquity, startEquity) * (1 - policy.drawdownMax + NOISE)
  const above = Math.max(0, day, week, fall)
  return above < peakEquity && Number.isFinite(peakEquity) ? { above, upTo: peakEquity } : NEVER_QUIET
}

type EquityFacts = {
  readonly equity: number
  readonly nowMs: number
  readonly policy: RiskPolicy
  readonly hits: Readonly<Record<'dayHit' | 'weekHit' | 'drawdownHit' | 'streakHit' | 'unknown', boolean>>
}

/** The limits hit, gravest first. */
function equityTrips(state: RiskState, { equity, nowMs, policy, hits }: EquityFacts): Trip[] {
  const trips: Trip[] = []
  const halt = (code: string, resumeMs: number | null, message: string): number =>
    trips.push({ code, message, tsMs: nowMs, state: 'halted', resumeMs })
  if (hits.unknown) halt('equity_unknown', null, `equity is ${equity}, expected a finite number; a person must resume`)
  if (hits.drawdownHit) {
    const fall = percent(drawdownOf(state, equity))
    halt(
      'account_drawdown',
      null,
      `equity ${shown(equity)} is ${fall} below ${shown(Math.max(state.peakEquity, state.startEquity))}, limit ${percent(policy.drawdownMax)}: all is closed, a person must resume`,
    )
  }
  if (hits.weekHit) {
    const resumeMs = state.weekStartMs + WEEK_MS
    halt(
      'week_loss',
      resumeMs,
      lossMessage('this week', { from: state.weekStartEquity, equity, limit: policy.weekLossMax, until: 'Monday 00:00 UTC' }),
    )
  }
  if (hits.dayHit) {
    const resumeMs = state.dayStartMs + DAY_MS
    halt('day_loss', resumeMs, lossMessage('today', { from: state.dayStartEquity, equity, limit: policy.dayLossMax, until: '00:00 UTC' }))
  }
  if (hits.streakHit) trips.push(streakTrip(state.consecutiveLosses, nowMs, policy))
  return trips
}

const lossMessage = (when: string, loss: { from: number; equity: number; limit: number; until: string }): string =>
  `${percent(lossShare(loss.from, loss.equity))} lost ${when} (${shown(loss.from)} to ${shown(loss.equity)}), limit ${percent(loss.limit)}: halted until ${loss.until}`

function streakTrip(losses: number, nowMs: number, policy: RiskPolicy): Trip {
  const message = `${losses} losing round trips in a row, limit ${policy.consecutiveLossesMax}: halted until 00:00 UTC`
  return { code: 'consecutive_losses', message, tsMs: nowMs, state: 'halted', resumeMs: utcDayMs(nowMs) + DAY_MS }
}

/** A position went from first fill to flat. A loss extends the streak, anything else ends it. */
export function onRoundTrip(state: RiskState, closed: { netPnl: Money; nowMs: number }, policy: RiskPolicy): RiskChange {
  const consecutiveLosses = closed.netPnl < 0n ? state.consecutiveLosses + 1 : 0
  const counted: RiskState = { ...state, consecutiveLosses }
  if (consecutiveLosses < policy.consecutiveLossesMax || hasTrip(state, 'consecutive_losses'))
    return { state: counted, action: 'none', trip: null }
  const trip = streakTrip(consecutiveLosses, closed.nowMs, policy)
  return { state: withTrips(counted, [...counted.trips, trip]), action: 'none', trip }
}

/** An entry was approved and is being sent. */
export const onEntry = (state: RiskState): RiskState => ({ ...state, tradesToday: state.tradesToday + 1 })

/** The kill switch: halts until a person resumes. Pressed again, it closes all again. */
export function onKill(state: RiskState, reason: string, nowMs: number): RiskChange {
  if (hasTrip(state, 'kill_switch')) return { state, action: 'close_all', trip: null }
  const trip: Trip = {
    code: 'kill_switch',
    message: `kill switch: ${reason.slice(0, REASON_LENGTH_MAX)}`,
    tsMs: nowMs,
    state: 'halted',
    resumeMs: null,
  }
  return { state: withTrips(state, [...state.trips, trip]), action: 'close_all', trip }
}

/** True while a trip is in force after which nothing may stay open: a restart in the middle of closing goes on closing. */
export const mustBeFlat = (state: RiskState): boolean => state.trips.some((trip) => FLATTENING.has(trip.code))

export type OperatorRequest = { readonly state: TradingState; readonly reason: string; readonly equity: number; readonly nowMs: number }

/**
 * A person asks for a trading state. `halted` and `reducing` are always granted and stay until a person resumes.
 * `active` is refused, with a sentence, while a trip is in force that lifts by time, or while the equity is not known.
 * Resuming after the kill switch or a drawdown measures the drawdown anew: the peak becomes the present equity, and after a drawdown
 * the first equity too; otherwise the next candle would trip again.
 */
export function onOperatorState(state: RiskState, request: OperatorRequest): Result<RiskState, string> {
  // A trip whose time has come is over, whether or not a candle has told us so.
  if (request.state === 'active') return resume(onClock(state, request.nowMs, request.equity), request)
  const message = `the operator set trading to ${request.state}: ${request.reason.slice(0, REASON_LENGTH_MAX)}`
  const own: Trip = { code: 'operator', message, tsMs: request.nowMs, state: request.state, resumeMs: null }
  return ok(withTrips(state, [...state.trips.filter((trip) => trip.code !== 'operator'), own]))
}

function resume(state: RiskState, { equity, nowMs }: OperatorRequest): Result<RiskState, string> {
  const timed = state.trips.find((trip) => trip.resumeMs !== null)
  if (timed !== undefined && timed.resumeMs !== null) {
    return err(
      `Trading stays halted: ${timed.message}. This limit lifts by itself in ${duration(timed.resumeMs - nowMs)}, and by nothing else.`,
    )
  }
  if (!(Number.isFinite(equity) && equity > 0))
    return err(`Trading cannot resume while the equity is ${equity}; it must be known and more than 0.`)
  const active = withTrips(state, [])
  if (!mustBeFlat(state)) return ok(state.trips.length === 0 ? state : active)
  return ok({ ...active, peakEquity: equity, startEquity: hasTrip(state, 'account_drawdown') ? equity : state.startEquity })
}
