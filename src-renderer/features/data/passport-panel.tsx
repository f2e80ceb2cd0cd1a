// Everything somebody must know of a series before trusting a result that was made with it.
import { Download, Maximize2, Trash2 } from 'lucide-react'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState } from '../../components/states.tsx'
import { toneText } from '../../components/tone.ts'
import { type Passport, type TimeSpan, rowLengthMs, spanOf } from '../../format/coverage.ts'
import { seriesTitle } from '../../format/series.ts'
import { factsOf, verdictOf } from './passport-facts.ts'
import { CrossChecks, GapList, Outliers, Sources } from './passport-lists.tsx'
import { padded } from './time-view.ts'

type PassportPanelProps = {
  readonly series: Passport | null
  readonly onView: (view: TimeSpan) => void
  readonly onDownload: (series: Passport) => void
  readonly onDelete: (series: Passport) => void
  /** False while the program cannot be reached. */
  readonly canChange: boolean
  readonly height: number
}

export function PassportPanel({ series, onView, onDownload, onDelete, canChange, height }: PassportPanelProps) {
  if (series === null)
    return (
      <section aria-label="Passport" className="flex-none bg-panel" style={{ height }}>
        <EmptyState title="No series chosen" detail="Choose a row to see where its data came from and what is wrong with it." />
      </section>
    )
  const span = spanOf(series)
  return (
    <div className="flex-none" style={{ height }}>
      <Panel
        title={seriesTitle(series)}
        label="Passport"
        note={series.venue}
        scroll={false}
        className="h-full"
        actions={
          <>
            {span !== null && (
              <Button onClick={() => onView(padded(span))} title="Show this series over the whole width">
                <Maximize2 size={12} aria-hidden /> Zoom to it
              </Button>
            )}
            {series.kind !== 'trades' && (
              <Button disabled={!canChange} onClick={() => onDownload(series)} title="Fetch what came after the last row">
                <Download size={12} aria-hidden /> Continue…
              </Button>
            )}
            <Button disabled={!canChange} onClick={() => onDelete(series)}>
              <Trash2 size={12} aria-hidden /> Delete…
            </Button>
          </>
        }
      >
        <Passport series={series} onView={onView} />
      </Panel>
    </div>
  )
}

function Passport({ series, onView }: { readonly series: Passport; readonly onView: (view: TimeSpan) => void }) {
  const verdict = verdictOf(series)
  const rowMs = rowLengthMs(series)
  return (
    <div className="flex h-full flex-col">
      <p className="flex min-h-7 flex-none items-center gap-2 border-b border-line px-2 py-1 text-sm">
        <Badge tone={verdict.tone}>{verdict.tone === 'up' ? 'complete' : 'with care'}</Badge>
        <span className="min-w-0 truncate" title={verdict.text}>
          {verdict.text}
        </span>
      </p>
      <div className="grid min-h-0 flex-1 grid-cols-[1.15fr_1fr_1fr_1.35fr] gap-px bg-line">
        <Facts series={series} />
        <GapList series={series} rowMs={rowMs} onView={onView} />
        <div className="flex min-h-0 flex-col gap-px">
          <Outliers timesMs={series.outliersMs} rowMs={rowMs} onView={onView} />
          <CrossChecks checks={series.crossChecks} />
        </div>
        <Sources sources={series.sources} />
      </div>
    </div>
  )
}

function Facts({ series }: { readonly series: Passport }) {
  return (
    <div className="min-h-0 overflow-auto bg-panel px-2 py-1" tabIndex={0} role="group" aria-label="Facts">
      <dl className="text-xs">
        {factsOf(series).map(({ label, value, meaning, tone }) => (
          <div key={label} title={meaning} className="flex h-5 items-center justify-between gap-2">
            <dt className="truncate text-muted">{label}</dt>
            <dd className={`flex-none ${toneText[tone]}`}>{value}</dd>
          </div>
        ))}
        <div
          className="flex h-5 items-center justify-between gap-2"
          title="SHA-256 over all values in order: equal data has an equal hash, however it came in"
        >
          <dt className="flex-none text-muted">Content hash</dt>
          <dd className="flex min-w-0 items-center gap-1">
            <code className="truncate font-mono text-2xs" title={series.contentHash}>
              {series.contentHash}
            </code>
            <CopyButton text={series.contentHash} what="the content hash" />
          </dd>
        </div>
      </dl>
    </div>
  )
}
