// Every limit of the risk officer as a bar with its present use.
import { Panel } from '../../components/panel.tsx'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { formatPercent } from '../../format/numbers.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { type Limit, formatLimit, limitUse } from './limit-format.ts'

const BAR = { calm: 'bg-accent', near: 'bg-warn', reached: 'bg-danger' } as const
const WORD = { calm: '', near: 'near', reached: 'reached' } as const
const WORD_TONE = { calm: '', near: 'text-warn', reached: 'font-semibold text-down' } as const

export function LimitsPanel() {
  const limits = useDesk((desk) => desk.risk?.limits ?? null)
  return (
    <Panel title="Limits" {...(limits === null ? {} : { note: limits.length })} className="min-h-0 flex-1">
      {limits === null ? (
        <Skeleton rows={8} />
      ) : limits.length === 0 ? (
        <EmptyState title="No limit can be told now" detail="The risk officer lists them once the account and the market are known." />
      ) : (
        <ul aria-label="Limits and their use">
          {limits.map((limit) => (
            <LimitBar key={limit.code} limit={limit} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function LimitBar({ limit }: { readonly limit: Limit }) {
  const { share, level } = limitUse(limit)
  const figures = `${formatLimit(limit.used, limit.unit)} of ${formatLimit(limit.limit, limit.unit)}`
  return (
    <li className="flex flex-col gap-1 border-b border-line px-2 py-1.5" title={`${limit.code}, ${limit.unit}`}>
      <span className="flex items-baseline gap-2 text-sm">
        <span className="truncate">{limit.title}</span>
        <span className={`text-xs ${WORD_TONE[level]}`}>{WORD[level]}</span>
        <span className="ml-auto flex-none text-xs">
          <b className="font-medium">{formatLimit(limit.used, limit.unit)}</b>
          <span className="text-muted"> / {formatLimit(limit.limit, limit.unit)}</span>
        </span>
      </span>
      <span
        role="meter"
        aria-label={limit.title}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={`${figures}, ${formatPercent(share, { decimals: 0 })}`}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <span className={`block h-full rounded-full ${BAR[level]}`} style={{ width: `${share * 100}%` }} />
      </span>
    </li>
  )
}
