// The hand on the machine: live and back, stop, close, clean up, pause, and the record of every such act.
import { BooksBanner } from '../../components/books-banner.tsx'
import { StrategiesPanel } from '../../components/strategies-panel.tsx'
import { AuditPanel } from './audit-panel.tsx'
import { LivePanel } from './live-panel.tsx'
import { OrphansPanel } from './orphans-panel.tsx'
import { PositionsPanel } from './positions-panel.tsx'

export function ControlPage() {
  return (
    <div className="flex h-full min-h-0 gap-1">
      <h1 className="tw-sr-only">Control</h1>
      <div className="flex w-80 flex-none flex-col gap-1 2xl:w-96">
        <LivePanel />
        <StrategiesPanel className="min-h-0 flex-1" />
      </div>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <PositionsPanel />
        <OrphansPanel />
        <div className="flex min-h-0 flex-1 flex-col">
          <BooksBanner />
          <AuditPanel />
        </div>
      </div>
    </div>
  )
}
