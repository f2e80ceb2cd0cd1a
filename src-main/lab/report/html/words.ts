// Lengths and amounts of a report as text.
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src-shared/domain/time.ts'
import { formatNumber } from '../../../../src-shared/format/numbers.ts'
import type { Report } from '../build-report.ts'

/** "5m", "4h", "2d": an edge of holding times. */
export function lengthText(lengthMs: number): string {
  if (lengthMs >= DAY_MS) return `${formatNumber(lengthMs / DAY_MS, 0)}d`
  if (lengthMs >= HOUR_MS) return `${formatNumber(lengthMs / HOUR_MS, 0)}h`
  return `${formatNumber(lengthMs / MINUTE_MS, 0)}m`
}

/** What an amount is in: the settlement currency that all instruments share, or nothing. */
export function currencyOf(instruments: readonly string[]): string {
  const settled = new Set(instruments.map((id) => id.split(':')[1] ?? ''))
  const [only] = settled
  return settled.size === 1 && only !== undefined ? only : ''
}

/** What the account began with, from the spec. */
export function initialBalance({ spec, metrics, equity }: Report): number {
  const stated = Number(spec['initialBalance'])
  return stated > 0 ? stated : (equity.equity.at(-1) ?? 0) - (metrics['net_pnl'] ?? 0)
}
