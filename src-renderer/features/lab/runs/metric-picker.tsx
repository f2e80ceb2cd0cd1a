// Which figures the list of runs shows.
import { Popover } from '@base-ui/react/popover'
import { Columns3 } from 'lucide-react'
import { metricSpec, metricTitle } from '../../../format/lab-metric.ts'
import { LAB_METRIC_IDS } from '../../../../src-shared/domain/lab-metric.ts'
import { toggleLabMetric, useUi } from '../../../stores/ui-store.ts'

export function MetricPicker() {
  const chosen = useUi((ui) => ui.labMetrics)
  return (
    <Popover.Root>
      <Popover.Trigger className="inline-flex h-6 items-center gap-1.5 rounded-sm border border-edge bg-raised px-2 text-xs hover:bg-hover">
        <Columns3 size={12} aria-hidden /> Figures
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-30">
          <Popover.Popup className="tw-pop flex max-h-[70vh] w-96 flex-col p-2">
            <Popover.Title className="px-1 pb-1 text-xs text-muted">Figures in the list</Popover.Title>
            <div className="grid min-h-0 grid-cols-2 overflow-auto" tabIndex={0} role="group" aria-label="Figures in the list">
              {LAB_METRIC_IDS.map((id) => (
                <label
                  key={id}
                  title={metricSpec(id).formula}
                  className="flex h-6 cursor-pointer items-center gap-2 rounded-sm px-1 text-xs hover:bg-hover"
                >
                  <input
                    type="checkbox"
                    className="size-3.5 flex-none accent-(--accent)"
                    checked={chosen.includes(id)}
                    onChange={() => toggleLabMetric(id)}
                  />
                  <span className="truncate">{metricTitle(id)}</span>
                </label>
              ))}
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
