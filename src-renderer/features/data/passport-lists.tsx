import type { ReactNode } from 'react'
import { Badge } from '../../components/badge.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import type { Passport, TimeSpan } from '../../format/coverage.ts'
import { symbolOf } from '../../format/instruments.ts'
import { formatNumber } from '../../format/numbers.ts'
import { formatDuration, formatUtc } from '../../format/times.ts'
import { padded } from './time-view.ts'

type ListProps = { readonly title: string; readonly note?: ReactNode; readonly children: ReactNode; readonly className?: string }

function List({ title, note, children, className = 'flex-1' }: ListProps) {
  return (
    <div className={`flex min-h-0 min-w-0 flex-col bg-panel ${className}`}>
      <h3 className="flex-none truncate px-2 pt-1 text-xs">
        {title} {note !== undefined && <span className="font-normal text-muted">{note}</span>}
      </h3>
      <div className="min-h-0 flex-1 overflow-auto px-2 pb-1 text-xs" tabIndex={0} role="group" aria-label={title}>
        {children}
      </div>
    </div>
  )
}

const None = ({ children }: { readonly children: ReactNode }) => <p className="py-0.5 text-muted">{children}</p>
const LINE = 'flex h-5 w-full items-center gap-2 rounded-sm text-left whitespace-nowrap hover:bg-hover'
/** Shown around a moment or a gap, so that it can be seen in its place. */
const AROUND_ROWS = 200

type PlacesProps = { readonly rowMs: number; readonly onView: (view: TimeSpan) => void }

export function GapList({ series, rowMs, onView }: PlacesProps & { readonly series: Passport }) {
  const listed = series.gaps.reduce((sum, { rows }) => sum + rows, 0)
  return (
    <List title="Gaps" note={series.gaps.length === 0 ? undefined : `${series.gaps.length}, largest first`} className="">
      {series.gaps.length === 0 && <None>None.</None>}
      {series.gaps.map((gap) => (
        <button
          key={gap.fromMs}
          type="button"
          className={LINE}
          title={`${formatUtc(gap.fromMs)} to ${formatUtc(gap.toMs)} UTC. Show it.`}
          onClick={() => onView(padded({ fromMs: gap.fromMs - AROUND_ROWS * rowMs, toMs: gap.toMs + AROUND_ROWS * rowMs }))}
        >
          <span>{formatUtc(gap.fromMs, 'minute')}</span>
          <span className="text-muted">{formatDuration(gap.toMs - gap.fromMs + rowMs)}</span>
          <span className="ml-auto">{formatNumber(gap.rows, 0)}</span>
        </button>
      ))}
      {series.missing > listed && <None>{formatNumber(series.missing - listed, 0)} more rows are missing in smaller gaps.</None>}
    </List>
  )
}

export function Outliers({ timesMs, rowMs, onView }: PlacesProps & { readonly timesMs: readonly number[] }) {
  return (
    <List title="Outliers" note={timesMs.length === 0 ? undefined : `${timesMs.length}, moved 20 ranges and came back`}>
      {timesMs.length === 0 && <None>None: no close moved by 20 median ranges and came back in the next row.</None>}
      {timesMs.map((tsMs) => (
        <button
          key={tsMs}
          type="button"
          className={LINE}
          title="Show it"
          onClick={() => onView(padded({ fromMs: tsMs - AROUND_ROWS * rowMs, toMs: tsMs + AROUND_ROWS * rowMs }))}
        >
          {formatUtc(tsMs, 'minute')}
        </button>
      ))}
    </List>
  )
}

/** "BTC/USDT 1m" for "binanceusdm|BTC/USDT:USDT|candles|1m". */
function seriesName(id: string): string {
  const [, instrument = id, , timeframe = ''] = id.split('|')
  return `${symbolOf(instrument)} ${timeframe}`.trim()
}

export function CrossChecks({ checks }: { readonly checks: Passport['crossChecks'] }) {
  return (
    <List title="Against shorter series" note={checks.length === 0 ? undefined : 'bars built from them'}>
      {checks.length === 0 && <None>Nothing shorter is stored to compare with.</None>}
      {checks.map(({ against, compared, different, examplesMs }) => (
        <p key={against} className="py-0.5" title={examplesMs.map((tsMs) => formatUtc(tsMs, 'minute')).join('\n') || undefined}>
          <span className="text-muted">{seriesName(against)}: </span>
          {different === 0 ? (
            <>all {formatNumber(compared, 0)} bars agree</>
          ) : (
            <span className="text-warn">
              {formatNumber(different, 0)} of {formatNumber(compared, 0)} bars differ, first {formatUtc(examplesMs[0], 'minute')}
            </span>
          )}
        </p>
      ))}
    </List>
  )
}

const SOURCE_WORD = { file: 'file', download: 'download', bundled: 'bundled' } as const

export function Sources({ sources }: { readonly sources: Passport['sources'] }) {
  return (
    <List title="Sources" note={`${sources.length}, newest first`} className="">
      {sources.toReversed().map(({ kind, name, importedMs, rows, sha256 }) => (
        <div key={`${importedMs} ${name} ${rows}`} className="flex h-5 items-center gap-2 whitespace-nowrap">
          <Badge tone="muted">{SOURCE_WORD[kind]}</Badge>
          <span className="min-w-0 flex-1 truncate" title={name}>
            {name}
          </span>
          <span title="Rows it brought">{formatNumber(rows, 0)}</span>
          <span className="text-muted" title={`${formatUtc(importedMs)} UTC`}>
            {formatUtc(importedMs, 'date')}
          </span>
          <span className="flex w-5 justify-end">{sha256 !== null && <CopyButton text={sha256} what={`the SHA-256 of ${name}`} />}</span>
        </div>
      ))}
    </List>
  )
}
