// From what a person calls an instrument to the instruments of the store.
import type { DataPassport } from '../../../src-shared/domain/series.ts'
import type { Timeframe } from '../../../src-shared/domain/time.ts'
import { UsageError } from './faults.ts'

export type WantedInstruments = {
  /** As a person wrote them, "BTCUSDT" or "BTC/USDT:USDT"; null for whatever fits. */
  readonly wanted: readonly string[] | null
  /** Of the playbook; empty for all. */
  readonly universe: readonly string[]
  readonly venue: string
  readonly timeframe: Timeframe
  readonly fromMs: number
  readonly toMs: number
}

/** Throws UsageError that names the instrument and what there is instead. */
export function chosenInstruments(passports: readonly DataPassport[], asked: WantedInstruments): readonly string[] {
  const stored = passports.filter(({ ref }) => ref.kind === 'candles' && ref.venue === asked.venue && ref.timeframe === asked.timeframe)
  const ids = stored.map(({ ref }) => ref.instrumentId)
  if (asked.wanted !== null) return asked.wanted.map((name) => byName(name, { ids, asked }))
  const inTime = stored.filter(({ fromMs, toMs }) => fromMs < asked.toMs && toMs >= asked.fromMs).map(({ ref }) => ref.instrumentId)
  const chosen = asked.universe.length > 0 ? asked.universe : inTime
  if (chosen.length > 0) return chosen
  throw new UsageError(`the store has no ${asked.timeframe} candles of ${asked.venue} in this time${offer(ids)}`)
}

/** "BTC/USDT:USDT" is known as BTCUSDT, and as BTC/USDT. */
const shortName = (id: string): string => id.split(':')[0] ?? id

function byName(name: string, { ids, asked }: { ids: readonly string[]; asked: WantedInstruments }): string {
  // Written in full it may also be one that is missing: the run says what the store has of it.
  if (name.includes(':')) return name
  const found = ids.filter((id) => shortName(id) === name || shortName(id).replace('/', '') === name)
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const what =
    found.length > 1
      ? `may be ${found.join(' or ')}: write it in full`
      : `has no ${asked.timeframe} candles of ${asked.venue} in the store${offer(ids)}`
  throw new UsageError(`--symbols names ${JSON.stringify(name)}, which ${what}`)
}

const OFFERED_MAX = 20
const offer = (ids: readonly string[]): string =>
  ids.length === 0
    ? '; see "data list"'
    : `; it has ${ids.slice(0, OFFERED_MAX).join(', ')}${ids.length > OFFERED_MAX ? ' and others' : ''}`
