import { FlaskConical } from 'lucide-react'
import type { RunInfo } from '../bridge/use-run-info.ts'
import { journalAddress, labRunAddress, signalsAddress } from '../format/addresses.ts'
import { formatUtc } from '../format/times.ts'
import { PageLink } from './page-link.tsx'
import { EmptyState } from './states.tsx'

type RunBannerProps = {
  readonly info: RunInfo
  /** Where the same page of the desk is, and what it is called. */
  readonly back: { readonly to: string; readonly name: 'signals' | 'journal' }
}

/** Says that what is below comes from a run of the lab and not from the desk, and leads back. */
export function RunBanner({ info: { runId, run, error }, back }: RunBannerProps) {
  return (
    <section
      aria-label="Run of the lab"
      className="flex min-h-8 flex-none flex-wrap items-center gap-x-3 gap-y-1 border-b border-accent bg-accent-soft px-3 py-1 text-sm"
    >
      <FlaskConical size={14} className="flex-none text-accent" aria-hidden />
      <p className="min-w-0 truncate">
        <strong className="text-accent">Backtest {run?.title ?? runId}</strong>
        <span className="ml-2 text-xs">
          {run
            ? `${formatUtc(run.fromMs, 'date')} to ${formatUtc(run.toMs, 'date')} UTC`
            : error
              ? `its report cannot be read: ${error.message}`
              : ''}
        </span>
      </p>
      <span className="text-xs">Nothing of this was traded.</span>
      <nav aria-label="Ways out of the run" className="ml-auto flex flex-none items-center gap-3 text-xs">
        <PageLink to={labRunAddress(runId)}>Report</PageLink>
        {back.name === 'journal' ? (
          <PageLink to={signalsAddress(runId)}>Signals</PageLink>
        ) : (
          <PageLink to={journalAddress(runId)}>Journal</PageLink>
        )}
        <PageLink to={back.to}>Back to the desk’s {back.name}</PageLink>
      </nav>
    </section>
  )
}

/** In the place of a page that needs a journal, for a run that has none. `title` is the page's. */
export function NoRunJournal({ title }: { readonly title: string }) {
  return (
    <div className="h-full bg-panel">
      <h1 className="tw-sr-only">{title}</h1>
      <EmptyState
        title="This run kept no journal"
        detail="Trials of a search keep their figures only. Run the same parameters as a backtest of its own to see every decision."
      />
    </div>
  )
}
