import { Panel } from '../../components/panel.tsx'
import { useDesk } from '../../stores/desk-store.ts'
import { AdjustmentsTable } from './adjustments-table.tsx'
import { DecisionHeader, type Steps } from './decision-header.tsx'
import type { Detail } from './detail.ts'
import { OrdersAndFills } from './orders-and-fills.tsx'
import { OutcomePanel } from './outcome-panel.tsx'
import { SizingTable } from './sizing-table.tsx'
import { StepPanel } from './step-panel.tsx'
import { TraceChartPanel } from './trace-chart-panel.tsx'
import { VerdictList } from './verdict-list.tsx'
import { VotesTable } from './votes-table.tsx'

/** Used while the desk has not told the tick of the instrument, as when the engine is down. */
const TICK_UNKNOWN = '0.01'

/** The whole trace of one decision, from the opinions to what became of it. */
export function DecisionStory({ detail, steps, stale }: { readonly detail: Detail; readonly steps: Steps; readonly stale: boolean }) {
  const { trace } = detail
  const tickSize = useDesk((desk) => desk.instruments.find((instrument) => instrument.id === trace.instrumentId)?.tickSize ?? TICK_UNKNOWN)
  const denied = trace.risk.filter((verdict) => !verdict.passed).length
  const voices = trace.signal.votes.filter((vote) => vote.direction !== 'wait').length
  return (
    <article
      aria-label={`Decision ${trace.id}`}
      aria-busy={stale}
      tabIndex={0}
      className={`grid min-h-0 min-w-0 flex-1 auto-rows-max grid-cols-12 content-start gap-1 overflow-auto outline-offset-[-2px] ${stale ? 'opacity-60' : ''}`}
    >
      <div className="sticky top-0 z-20 col-span-12">
        <DecisionHeader trace={trace} steps={steps} />
      </div>
      <TraceChartPanel detail={detail} tickSize={tickSize} className="col-span-12 h-72 xl:col-span-7" />
      <Panel title="Plan and outcome" scroll={false} className="col-span-12 xl:col-span-5">
        <OutcomePanel detail={detail} tickSize={tickSize} />
      </Panel>
      <StepPanel number={1} title="Opinions" note={`${voices} of ${trace.signal.votes.length} spoke`} className="col-span-12 xl:col-span-7">
        <VotesTable votes={trace.signal.votes} />
      </StepPanel>
      <StepPanel number={2} title="Adjustments" className="col-span-12 xl:col-span-5">
        <AdjustmentsTable adjustments={trace.signal.adjustments} why={trace.signal.why} />
      </StepPanel>
      <StepPanel number={3} title="Size" note="value in the settlement currency" className="col-span-12 2xl:col-span-5">
        <SizingTable steps={trace.sizing} />
      </StepPanel>
      <StepPanel
        number={4}
        title="Risk officer"
        note={denied === 0 ? `all ${trace.risk.length} passed` : `${denied} denied, ${trace.risk.length - denied} passed`}
        className="col-span-12 2xl:col-span-7"
      >
        <VerdictList verdicts={trace.risk} />
      </StepPanel>
      <StepPanel
        number={5}
        title="Orders and fills"
        note={`${detail.orders.length} orders, ${detail.fills.length} fills`}
        className="col-span-12"
      >
        <div className="overflow-x-auto" tabIndex={0} role="group" aria-label="Orders and fills, scrolls sideways">
          <OrdersAndFills trace={trace} orders={detail.orders} fills={detail.fills} tickSize={tickSize} />
        </div>
      </StepPanel>
    </article>
  )
}
