// Two to six runs side by side.
import { X } from 'lucide-react'
import { useLocation } from 'wouter'
import { useComposedQuery } from '../../../bridge/use-composed-query.ts'
import { CurveMark } from '../../../charts/curve-legend.tsx'
import { IconButton } from '../../../components/button.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import { labCompareAddress, labRunAddress } from '../../../format/addresses.ts'
import { formatUtc } from '../../../format/times.ts'
import { CompareCurves } from './compare/compare-curves.tsx'
import { CompareMetrics } from './compare/compare-metrics.tsx'
import { CompareMonths } from './compare/compare-months.tsx'
import { CompareSpec } from './compare/compare-spec.tsx'
import { COMPARED_MAX, COMPARED_MIN, type Compared, markOf, readCompared } from './compare/read-compared.ts'
import { instrumentsText, KIND_TITLES } from './run-header.tsx'

/** Figures, curves, months and what was asked for differently. More than six ids are cut off, and that is said. */
export function CompareView({ runIds }: { readonly runIds: readonly string[] }) {
  const { value, error, loading, reload } = useComposedQuery(runIds.join(' '), (bridge) => readCompared(bridge, runIds))
  if (!value) {
    return (
      <div className="h-full bg-panel">
        <h1 className="tw-sr-only">Runs compared</h1>
        {error && !loading ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={14} />}
      </div>
    )
  }
  return <Compare compared={value} stale={loading} tooMany={new Set(runIds).size > COMPARED_MAX} />
}

type CompareProps = { readonly compared: Compared; readonly stale: boolean; readonly tooMany: boolean }

function Compare({ compared: { runs, refusals }, stale, tooMany }: CompareProps) {
  const remarks = [...refusals, ...(tooMany ? [`Only the first ${COMPARED_MAX} runs are compared.`] : [])]
  return (
    <div className={`@container flex h-full min-h-0 flex-col bg-bg ${stale ? 'opacity-60' : ''}`} aria-busy={stale}>
      <Header runs={runs} />
      {remarks.length > 0 && (
        <ul role="status" className="flex-none border-b border-warn bg-warn-soft px-3 py-1 text-xs">
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
      {runs.length < COMPARED_MIN ? (
        <div className="min-h-0 flex-1 bg-panel">
          <EmptyState title="Nothing to compare with" detail="Choose two to six backtests or walk-forwards in the list of runs." />
        </div>
      ) : (
        <div className="min-h-0 flex-1 overflow-auto pt-1" tabIndex={0} role="group" aria-label="Comparison, scrolls">
          <div className="flex flex-col gap-1">
            <CompareCurves runs={runs} className="h-80 2xl:h-104" />
            <CompareMetrics runs={runs} />
            <div className="grid gap-1 @min-[1500px]:grid-cols-2">
              <CompareSpec runs={runs} className="max-h-120" />
              <CompareMonths runs={runs} className="max-h-120" />
            </div>
          </div>
        </div>
      )}
    </div>
  )
}

function Header({ runs }: { readonly runs: Compared['runs'] }) {
  const [, navigate] = useLocation()
  const without = (id: string) => navigate(`${labCompareAddress(runs.map(({ run }) => run.id).filter((other) => other !== id))}?`)
  return (
    <header className="flex flex-none flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-panel px-3 py-1.5">
      <h1 className="flex-none text-base">{runs.length} runs compared</h1>
      <ul className="flex min-w-0 flex-1 flex-wrap gap-x-3 gap-y-1">
        {runs.map(({ run }, place) => {
          const { letter, color, dashed } = markOf(place)
          return (
            <li key={run.id} className="flex min-w-0 items-center gap-1.5 rounded-sm border border-line py-0.5 pl-2 text-xs">
              <CurveMark color={color} dashed={dashed} />
              <b className="font-semibold">{letter}</b>
              <PageLink
                to={labRunAddress(run.id)}
                className="max-w-56 truncate text-accent underline"
                title={`${KIND_TITLES[run.kind]}, ${formatUtc(run.fromMs, 'date')} to ${formatUtc(run.toMs, 'date')}, ${instrumentsText(run.instruments)}`}
              >
                {run.title}
              </PageLink>
              <IconButton
                label={`Leave ${run.title} out`}
                disabled={runs.length <= COMPARED_MIN}
                className="size-5"
                onClick={() => without(run.id)}
              >
                <X size={11} aria-hidden />
              </IconButton>
            </li>
          )
        })}
      </ul>
    </header>
  )
}
