// What is drawn behind the candles: regimes as bands, the volume profile of what is in view.
import { Menu } from '@base-ui/react/menu'
import { Check, Layers } from 'lucide-react'
import type { ReactNode } from 'react'
import { selectRegimes, showProfile, useUi } from '../../stores/ui-store.ts'

const REGIMES = [
  { value: 'off', title: 'No shading', hint: '' },
  { value: 'imba-3', title: 'Regimes, imba-3', hint: 'trend, flat, volatile' },
  { value: 'flow-5', title: 'Regimes, flow-5', hint: 'trend up and down, range, compression, expansion' },
] as const
const ITEM = 'flex min-h-7 cursor-pointer items-center gap-2 rounded-sm px-2 text-sm outline-none data-highlighted:bg-hover'

export function LayersMenu() {
  const regimes = useUi((ui) => ui.regimes)
  const profile = useUi((ui) => ui.profile)
  const count = Number(regimes !== 'off') + Number(profile)
  return (
    <Menu.Root>
      <Menu.Trigger
        aria-label={count === 0 ? 'Layers of the chart' : `Layers of the chart, ${count} shown`}
        title="Regimes and volume profile"
        className={`inline-flex h-6 items-center gap-1 rounded-sm border px-1.5 text-xs hover:bg-hover ${count === 0 ? 'border-edge bg-raised' : 'border-accent bg-accent-soft text-accent'}`}
      >
        <Layers size={13} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-30">
          <Menu.Popup className="tw-pop w-60 p-1">
            <Menu.RadioGroup
              value={regimes}
              onValueChange={(value) => {
                const chosen = REGIMES.find((option) => option.value === value)
                if (chosen) selectRegimes(chosen.value)
              }}
            >
              {REGIMES.map(({ value, title, hint }) => (
                <Menu.RadioItem key={value} value={value} closeOnClick={false} className={ITEM}>
                  <Mark round>
                    <Menu.RadioItemIndicator>
                      <span className="block size-1.5 rounded-full bg-accent" />
                    </Menu.RadioItemIndicator>
                  </Mark>
                  <span className="min-w-0">
                    {title}
                    {hint !== '' && <span className="block truncate text-2xs text-muted">{hint}</span>}
                  </span>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Separator className="my-1 border-t border-line" />
            <Menu.CheckboxItem checked={profile} onCheckedChange={showProfile} closeOnClick={false} className={ITEM}>
              <Mark>
                <Menu.CheckboxItemIndicator>
                  <Check size={11} className="text-accent" aria-hidden />
                </Menu.CheckboxItemIndicator>
              </Mark>
              Volume profile of the view
            </Menu.CheckboxItem>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

const Mark = ({ round = false, children }: { readonly round?: boolean; readonly children: ReactNode }) => (
  <span className={`flex size-3.5 flex-none items-center justify-center border border-edge ${round ? 'rounded-full' : 'rounded-xs'}`}>
    {children}
  </span>
)
