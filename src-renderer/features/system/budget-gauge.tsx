import { useNow } from '../../components/use-now.ts'
import { formatNumber, formatPercent } from '../../format/numbers.ts'
import { formatDuration } from '../../format/times.ts'
import type { LiveHealth } from '../../stores/live-store.ts'

/** From this share on the bar warns. */
const HIGH_SHARE = 0.8

/** How much of the venue's request budget is used in its window, what waits for it, and a ban while there is one. */
export function BudgetGauge({ budget }: Pick<LiveHealth, 'budget'>) {
  const { used, limit, windowMs, waiting, bannedUntilMs } = budget
  const nowMs = useNow()
  const share = limit > 0 ? Math.min(1, used / limit) : 0
  const banLeftMs = bannedUntilMs === null ? 0 : bannedUntilMs - nowMs
  const high = share >= HIGH_SHARE || banLeftMs > 0
  const text = `${formatNumber(used, 0)} of ${formatNumber(limit, 0)} per ${formatDuration(windowMs)} (${formatPercent(share, { decimals: 0 })})`
  return (
    <div className="flex items-center gap-2 text-xs">
      <span className="w-20 flex-none text-2xs text-muted">Rate budget</span>
      <span
        role="meter"
        aria-label="Rate budget used"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={text}
        className="block h-1.5 min-w-16 flex-1 overflow-hidden rounded-full bg-hover"
      >
        <span className={`block h-full rounded-full ${high ? 'bg-warn' : 'bg-accent'}`} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={`flex-none ${high ? 'text-warn' : ''}`}>{text}</span>
      <span className={`flex-none ${waiting > 0 ? 'text-warn' : 'text-muted'}`}>{waiting} waiting</span>
      {banLeftMs > 0 && <strong className="flex-none text-down">banned for {formatDuration(banLeftMs)}</strong>}
    </div>
  )
}
