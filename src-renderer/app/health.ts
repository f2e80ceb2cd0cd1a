// One lamp for the whole machine: what is wrong, worst first. Pure.
import { CLOCK_OFFSET_MS_MAX } from '../format/protection.ts'
import type { DeskState } from '../stores/desk-state.ts'
import type { Live } from '../stores/live-store.ts'

export type Health = { readonly level: 'good' | 'attention' | 'bad'; readonly reasons: readonly string[] }
type Parts = Pick<DeskState, 'connected' | 'host' | 'feed' | 'positions' | 'orders' | 'strategies' | 'error'> & {
  readonly live?: Live | null
}

export function healthOf(parts: Parts): Health {
  const bad = badReasons(parts)
  const attention = attentionReasons(parts)
  return { level: bad.length > 0 ? 'bad' : attention.length > 0 ? 'attention' : 'good', reasons: [...bad, ...attention] }
}

function badReasons({ connected, host, feed, positions, error, live }: Parts): string[] {
  const reasons: string[] = []
  if (!connected) reasons.push('no connection to the program')
  if (host && host.state !== 'running') reasons.push(`engine is ${host.state}`)
  if (error) reasons.push(error.message)
  if (feed?.state === 'failed') reasons.push('market data failed')
  if (live?.state === 'waiting') reasons.push('live trading is armed and the account cannot be opened')
  const venue = live?.health?.state
  if (venue === 'down' || venue === 'maintenance')
    reasons.push(venue === 'down' ? 'the venue does not answer' : 'the venue is under maintenance')
  const naked = positions.filter((position) => position.unprotectedSinceMs !== null).length
  if (naked > 0) reasons.push(`${naked} ${naked === 1 ? 'position' : 'positions'} without a working stop`)
  return reasons
}

function attentionReasons({ feed, orders, strategies, live }: Parts): string[] {
  const reasons: string[] = []
  if (feed?.state === 'stale') reasons.push('market data is stale')
  if (live?.health?.state === 'degraded') reasons.push('the venue works with trouble')
  if (Math.abs(live?.health?.clockOffsetMs ?? 0) > CLOCK_OFFSET_MS_MAX) reasons.push('this clock and that of the venue are apart')
  const unknown = orders.filter((order) => order.state === 'unknown').length
  if (unknown > 0) reasons.push(`${unknown} ${unknown === 1 ? 'order' : 'orders'} with unknown outcome`)
  const faulted = strategies.filter((strategy) => strategy.state === 'faulted').length
  if (faulted > 0) reasons.push(`${faulted} ${faulted === 1 ? 'strategy' : 'strategies'} stopped by an error`)
  return reasons
}
