// What a run is, in two lines, and how it is taken along as a file.
import { Download } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useBridge } from '../../../bridge/context.tsx'
import { useCommand } from '../../../bridge/use-command.ts'
import { Badge } from '../../../components/badge.tsx'
import { Button } from '../../../components/button.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { saveTextFile } from '../../../components/save-file.ts'
import type { Tone } from '../../../components/tone.ts'
import { journalAddress, labRunAddress, signalsAddress } from '../../../format/addresses.ts'
import { symbolOf } from '../../../format/instruments.ts'
import { formatNumber } from '../../../format/numbers.ts'
import { formatDuration, formatUtc } from '../../../format/times.ts'
import type { RunKind, RunRow } from './views.ts'

export const KIND_TITLES: Readonly<Record<RunKind, string>> = {
  backtest: 'Backtest',
  search: 'Search',
  walk_forward: 'Walk-forward',
  look_ahead: 'Look-ahead check',
  warm_up: 'Warm-up check',
  parity: 'Parity check',
}
const STATE_TONE: Readonly<Record<RunRow['state'], Tone>> = { running: 'accent', done: 'muted', failed: 'danger', canceled: 'warn' }

export function RunHeader({ run, actions }: { readonly run: RunRow; readonly actions?: ReactNode }) {
  return (
    <header className="flex flex-none flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-panel px-3 py-1.5">
      <Badge tone="accent">{KIND_TITLES[run.kind]}</Badge>
      <h1 className="min-w-0 truncate text-base" title={run.title}>
        {run.title}
      </h1>
      {run.state !== 'done' && <Badge tone={STATE_TONE[run.state]}>{run.state}</Badge>}
      <div className="ml-auto flex flex-none items-center gap-1">
        {actions}
        {run.hasJournal && <JournalLinks runId={run.id} />}
        {run.kind === 'backtest' && <ExportButtons runId={run.id} />}
      </div>
      <Facts run={run} />
    </header>
  )
}

function JournalLinks({ runId }: { readonly runId: string }) {
  return (
    <nav aria-label="More of this run" className="mr-2 flex gap-3 text-xs">
      <PageLink to={signalsAddress(runId)} title="Every decision of this run, traded or not">
        Signals
      </PageLink>
      <PageLink to={journalAddress(runId)} title="Round trips, orders and fills of this run">
        Journal
      </PageLink>
    </nav>
  )
}

const DAY_MS = 86_400_000

function Facts({ run }: { readonly run: RunRow }) {
  const days = (run.toMs - run.fromMs) / DAY_MS
  const facts: readonly (readonly [string, string, string?])[] = [
    ['Period', `${formatUtc(run.fromMs, 'date')} to ${formatUtc(run.toMs, 'date')}, ${formatNumber(days, 0)} d`],
    ['Market', instrumentsText(run.instruments), run.instruments.join(', ')],
    ['Candles', run.timeframe],
    ['Playbook', run.playbookId],
    ['Seed', String(run.seed)],
    ['Code', run.codeVersion.slice(0, 16), run.codeVersion],
    ['Made', `${formatUtc(run.createdMs, 'minute')}${run.seconds === null ? '' : `, in ${formatDuration(run.seconds * 1000)}`}`],
  ]
  return (
    <dl className="flex w-full flex-wrap gap-x-4 gap-y-0.5 text-xs">
      {facts.map(([name, value, title]) => (
        <div key={name} className="flex min-w-0 gap-1" title={title}>
          <dt className="text-muted">{name}</dt>
          <dd className="truncate">{value}</dd>
        </div>
      ))}
      {run.parentId !== null && (
        <div className="flex min-w-0 gap-1">
          <dt className="text-muted">Part of</dt>
          <dd>
            <PageLink to={labRunAddress(run.parentId)}>{run.parentId}</PageLink>
          </dd>
        </div>
      )}
      {run.note !== '' && (
        <div className="flex min-w-0 flex-1 gap-1" title={run.note}>
          <dt className="text-muted">Note</dt>
          <dd className="truncate">{run.note}</dd>
        </div>
      )}
    </dl>
  )
}

const NAMED_MAX = 4

/** "BTC/USDT, ETH/USDT and 12 more" */
export function instrumentsText(instruments: readonly string[]): string {
  const named = instruments.slice(0, NAMED_MAX).map(symbolOf).join(', ')
  return instruments.length <= NAMED_MAX ? named : `${named} and ${instruments.length - NAMED_MAX} more`
}

const FORMATS = ['html', 'csv', 'json'] as const
const HINTS = { html: 'The whole report as one page', csv: 'Trades as a table', json: 'Everything, for a program' } as const

/** A window that cannot save files says so instead of failing. */
function ExportButtons({ runId }: { readonly runId: string }) {
  const { capabilities } = useBridge()
  const run = useCommand()
  const [busy, setBusy] = useState(false)
  const save = async (format: (typeof FORMATS)[number]) => {
    setBusy(true)
    const result = await run('lab.run.export', { runId, format }, { what: `Export as ${format.toUpperCase()}` })
    setBusy(false)
    if (result.ok) saveTextFile({ ...result.value, format })
  }
  return FORMATS.map((format) => (
    <Button
      key={format}
      disabled={busy || !capabilities.saveFile}
      title={capabilities.saveFile ? HINTS[format] : 'This window cannot save files'}
      aria-label={`Export ${format.toUpperCase()}`}
      onClick={() => void save(format)}
    >
      <Download size={12} aria-hidden /> {format.toUpperCase()}
    </Button>
  ))
}
