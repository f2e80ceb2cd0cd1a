// What is drawn behind the candles: regimes as bands, the volume profile of what is in view.
import { Popover } from '@base-ui/react/popover'
import { Layers } from 'lucide-react'
import { selectRegimes, showProfile, useUi } from '../../stores/ui-store.ts'

const REGIMES = [
  { value: 'off', title: 'No shading', hint: '' },
  { value: 'imba-3', title: 'Regimes, imba-3', hint: 'trend, flat, volatile' },
  { value: 'flow-5', title: 'Regimes, flow-5', hint: 'trend up, trend down, range, compression, expansion' },
] as const
const ITEM = 'flex min-h-7 cursor-pointer items-center gap-2 rounded-sm px-2 text-sm hover:bg-hover'
const MARK = 'size-3.5 flex-none accent-(--accent)'

export function LayersMenu() {
  const regimes = useUi((ui) => ui.regimes)
  const profile = useUi((ui) => ui.profile)
  const count = Number(regimes !== 'off') + Number(profile)
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={count === 0 ? 'Layers of the chart' : `Layers of the chart, ${count} shown`}
        title="Regimes and volume profile"
        className={`inline-flex h-6 items-center gap-1 rounded-sm border px-1.5 text-xs hover:bg-hover ${count === 0 ? 'border-edge bg-raised' : 'border-accent bg-accent-soft text-accent'}`}
      >
        <Layers size={13} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-30">
          <Popover.Popup className="tw-pop flex w-72 flex-col gap-1 p-2">
            <Popover.Title className="px-2 text-xs text-muted">Behind the candles</Popover.Title>
            <div role="radiogroup" aria-label="Regimes">
              {REGIMES.map(({ value, title, hint }) => (
                <label key={value} className={ITEM}>
                  <input type="radio" name="regimes" className={MARK} checked={regimes === value} onChange={() => selectRegimes(value)} />
                  <span className="min-w-0">
                    {title}
                    {hint !== '' && <span className="block truncate text-2xs text-muted">{hint}</span>}
                  </span>
                </label>
              ))}
            </div>
            <label className={`${ITEM} border-t border-line`}>
              <input type="checkbox" className={MARK} checked={profile} onChange={(event) => showProfile(event.target.checked)} />
              Volume profile of the view
            </label>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
