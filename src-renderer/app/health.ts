// One lamp for the whole machine: what is wrong, worst first. Pure.
import type { DeskState } from '../stores/desk-state.ts'

export type Health = { readonly level: 'good' | 'attention' | 'bad'; readonly reasons: readonly string[] }
type Parts = Pick<DeskState, 'connected' | 'host' | 'feed' | 'positions' | 'orders' | 'strategies' | 'error'>

export function healthOf(parts: Parts): Health {
  const bad = badReasons(parts)
  const attention = attentionReasons(parts)
  return { level: bad.length > 0 ? 'bad' : attention.length > 0 ? 'attention' : 'good', reasons: [...bad, ...attention] }
}

function badReasons({ connected, host, feed, positions, error }: Parts): string[] {
  const reasons: string[] = []
  if (!connected) reasons.push('no connection to the program')
  if (host && host.state !== 'running') reasons.push(`engine is ${host.state}`)
  if (error) reasons.push(error.message)
  if (feed?.state === 'failed') reasons.push('market data failed')
  const naked = positions.filter((position) => position.unprotectedSinceMs !== null).length
  if (naked > 0) reasons.push(`${naked} ${naked === 1 ? 'position' : 'positions'} without a working stop`)
  return reasons
}

function attentionReasons({ feed, orders, strategies }: Parts): string[] {
  const reasons: string[] = []
  if (feed?.state === 'stale') reasons.push('market data is stale')
  const unknown = orders.filter((order) => order.state === 'unknown').length
  if (unknown > 0) reasons.push(`${unknown} ${unknown === 1 ? 'order' : 'orders'} with unknown outcome`)
  const faulted = strategies.filter((strategy) => strategy.state === 'faulted').length
  if (faulted > 0) reasons.push(`${faulted} ${faulted === 1 ? 'strategy' : 'strategies'} stopped by an error`)
  return reasons
}
