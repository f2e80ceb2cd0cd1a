// What may be lost, what is used of it, and where each strategy may trade at all.
import { DistancesPanel } from './distances-panel.tsx'
import { ExposurePanel } from './exposure-panel.tsx'
import { LimitsPanel } from './limits-panel.tsx'
import { MatrixPanel } from './matrix-panel.tsx'
import { StatePanel } from './state-panel.tsx'

export function RiskPage() {
  return (
    <div className="flex h-full min-h-0 gap-px bg-line">
      <h1 className="sr-only">Risk</h1>
      <div className="flex w-76 flex-none flex-col gap-px 2xl:w-96">
        <StatePanel />
        <LimitsPanel />
      </div>
      <div className="flex min-w-0 flex-1 flex-col gap-px">
        <MatrixPanel />
        <div className="flex h-48 flex-none gap-px">
          <ExposurePanel />
          <DistancesPanel />
        </div>
      </div>
    </div>
  )
}
