// The system page: is the machine well, is the venue there, what is under way, and what did the program say.
import { useBridge } from '../../bridge/context.tsx'
import { Panel } from '../../components/panel.tsx'
import { EnginePanel } from './engine-panel.tsx'
import { FeedPanel, StrategiesPanel } from './health-panels.tsx'
import { LogPanel } from './log-panel.tsx'
import { MetricGrid } from './metric-grid.tsx'
import { UnderWayPanel } from './under-way.tsx'
import { useStatusHistory } from './use-status-history.ts'
import { VenuePanel } from './venue-panel.tsx'

export function SystemPage() {
  const history = useStatusHistory(useBridge())
  return (
    <div className="flex h-full min-h-0 flex-col gap-1">
      <h1 className="sr-only">System</h1>
      <div className="flex h-92 flex-none gap-1">
        <div className="flex w-80 flex-none flex-col">
          <EnginePanel history={history} />
        </div>
        <div className="flex min-w-0 flex-1 flex-col gap-1">
          <Panel title="Last five minutes" note="one sample a second while this page is open" className="flex-none">
            <MetricGrid history={history} />
          </Panel>
          <div className="flex min-h-0 flex-1 gap-1">
            <div className="flex min-w-0 flex-2 flex-col">
              <FeedPanel />
            </div>
            <div className="flex min-w-0 flex-3 flex-col">
              <StrategiesPanel />
            </div>
          </div>
        </div>
      </div>
      <div className="flex h-44 flex-none gap-1">
        <div className="flex min-w-0 flex-3 flex-col">
          <VenuePanel />
        </div>
        <div className="flex min-w-0 flex-2 flex-col">
          <UnderWayPanel />
        </div>
      </div>
      <LogPanel />
    </div>
  )
}
