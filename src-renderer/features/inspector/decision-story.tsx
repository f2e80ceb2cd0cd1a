import { useRunSource } from '../../bridge/run-context.ts'
import { Panel } from '../../components/panel.tsx'
import { formatPercent } from '../../format/numbers.ts'
import { wordsOf } from '../../format/words.ts'
import { ConfluencePanel } from './confluence-panel.tsx'
import { DecisionHeader } from './decision-header.tsx'
import type { DecisionTrace, Detail } from './detail.ts'
import { OrdersAndFills } from './orders-and-fills.tsx'
import { OutcomePanel } from './outcome-panel.tsx'
import { RegimePanel } from './regime-panel.tsx'
import { useTickSize } from './signal-source.ts'
import { SizingTable } from './sizing-table.tsx'
import { StepPanel } from './step-panel.tsx'
import { TraceChartPanel } from './trace-chart-panel.tsx'
import { type EvidenceFocus, useEvidenceChoice } from './use-evidence-choice.ts'
import type { Steps } from './use-step-keys.ts'
import { VerdictList } from './verdict-list.tsx'
import { countVerdicts } from './verdict-state.ts'
import { VoteList } from './vote-list.tsx'
import { WhatIfPanel } from './what-if-panel.tsx'

type DecisionStoryProps = { readonly detail: Detail; readonly steps: Steps; readonly stale: boolean }

/** The whole trace of one decision, from the opinions to what became of it. */
export function DecisionStory({ detail, steps, stale }: DecisionStoryProps) {
  const { trace } = detail
  const tickSize = useTickSize(trace)
  const evidence = useEvidenceChoice(trace, useRunSource() === null)
  return (
    <article
      aria-label={`Decision ${trace.id}`}
      aria-busy={stale}
      tabIndex={0}
      className={`min-h-0 min-w-0 flex-1 overflow-auto outline-offset-[-2px] ${stale ? 'opacity-60' : ''}`}
    >
      <div className="sticky top-0 z-20">
        <DecisionHeader trace={trace} steps={steps} />
      </div>
      <div className="grid grid-cols-12 items-start gap-1 pt-1">
        <div className="col-span-12 flex min-w-0 flex-col gap-1 xl:col-span-7">
          <TraceChartPanel detail={detail} tickSize={tickSize} evidence={evidence} className="h-80 2xl:h-104" />
          <Opinions trace={trace} focus={evidence.focus} />
        </div>
        <div className="col-span-12 flex min-w-0 flex-col gap-1 xl:col-span-5">
          <Panel title="Plan and outcome" scroll={false}>
            <OutcomePanel detail={detail} tickSize={tickSize} />
          </Panel>
          <Reasons trace={trace} />
        </div>
        <Execution detail={detail} tickSize={tickSize} />
      </div>
    </article>
  )
}

/** What each voter said, and what came of all of them together. */
function Opinions({ trace: { signal }, focus }: { readonly trace: DecisionTrace; readonly focus: EvidenceFocus }) {
  const voices = signal.votes.filter((vote) => vote.direction !== 'wait').length
  return (
    <>
      <StepPanel number={1} title="Opinions" note={`${voices} of ${signal.votes.length} spoke`}>
        <VoteList votes={signal.votes} focus={focus} />
      </StepPanel>
      <StepPanel number={2} title="Confluence">
        <ConfluencePanel confluence={signal.confluence} adjustments={signal.adjustments} why={signal.why} />
      </StepPanel>
    </>
  )
}

/** What decided beside the votes, and what would have decided otherwise. */
function Reasons({ trace }: { readonly trace: DecisionTrace }) {
  const { regime, filters } = trace.signal
  return (
    <>
      <Panel
        title={trace.outcome === 'blocked' ? 'What would have to change' : 'What would have stopped it'}
        note="computed from this trace"
        scroll={false}
      >
        <WhatIfPanel trace={trace} />
      </Panel>
      <Panel
        title="Regime"
        {...(regime ? { note: `${wordsOf(regime.regime)}, ${formatPercent(regime.probability, { decimals: 0 })}` } : {})}
        scroll={false}
      >
        <RegimePanel regime={regime} />
      </Panel>
      <StepPanel number={3} title="Filters and gates" note={countVerdicts([...filters, ...trace.gates])}>
        <Conditions trace={trace} />
      </StepPanel>
    </>
  )
}

/** From the size to the fills. */
function Execution({ detail: { trace, orders, fills }, tickSize }: { readonly detail: Detail; readonly tickSize: string }) {
  return (
    <>
      <StepPanel number={4} title="Size" note="value in the settlement currency" className="col-span-12 2xl:col-span-5">
        <SizingTable steps={trace.sizing} />
      </StepPanel>
      <StepPanel number={5} title="Risk officer" note={countVerdicts(trace.risk)} className="col-span-12 2xl:col-span-7">
        {trace.risk.length === 0 ? (
          <p className="px-2 py-2 text-xs text-muted">The signal ended before it reached the risk officer.</p>
        ) : (
          <VerdictList label="Checks of the risk officer" verdicts={trace.risk} failedWord="DENIED" />
        )}
      </StepPanel>
      <StepPanel number={6} title="Orders and fills" note={`${orders.length} orders, ${fills.length} fills`} className="col-span-12">
        <div className="overflow-x-auto" tabIndex={0} role="group" aria-label="Orders and fills, scrolls sideways">
          <OrdersAndFills trace={trace} orders={orders} fills={fills} tickSize={tickSize} />
        </div>
      </StepPanel>
    </>
  )
}

/** The strategy's own conditions, then whether it may trade here at all. */
function Conditions({ trace: { signal, gates } }: { readonly trace: DecisionTrace }) {
  if (signal.filters.length + gates.length === 0)
    return <p className="px-2 py-2 text-xs text-muted">This strategy has no conditions of its own, and no gate was asked.</p>
  return (
    <>
      {signal.filters.length > 0 && <VerdictList label="Filters of the strategy" verdicts={signal.filters} failedWord="FAILED" />}
      {gates.length > 0 && (
        <>
          <h3 className="border-b border-line px-2 pt-1.5 pb-0.5 text-xs font-normal text-muted">May this strategy trade here?</h3>
          <VerdictList label="Gates" verdicts={gates} failedWord="REFUSED" />
        </>
      )}
    </>
  )
}
