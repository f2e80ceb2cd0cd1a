// Which indicators the chart draws: the common ones, and every feature of the engine's catalogue, found by name, unit or meaning.
import { Popover } from '@base-ui/react/popover'
import { Command } from 'cmdk'
import { Check, ChartLine } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { TIMEFRAME_MS, type Timeframe } from '../../../src-shared/domain/time.ts'
import { useBridge } from '../../bridge/context.tsx'
import { plainError } from '../../bridge/use-command.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { INDICATORS, INDICATORS_MAX, type IndicatorKey, featureKey, indicatorOf, paneOf } from '../../charts/candle-chart-indicators.ts'
import { deskStore } from '../../stores/desk-store.ts'
import { toggleIndicator, useUi } from '../../stores/ui-store.ts'

type Feature = Output<'features.catalogue'>[number]
type PickerProps = { readonly instrumentId: string; readonly timeframe: Timeframe }

export function IndicatorPicker(props: PickerProps) {
  const shown = useUi((ui) => ui.indicators)
  return (
    <Popover.Root>
      <Popover.Trigger className="inline-flex h-6 items-center gap-1 rounded-sm border border-edge bg-raised px-2 text-xs hover:bg-hover">
        <ChartLine size={13} aria-hidden />
        <span className="max-xl:sr-only">Indicators </span>
        <span className="w-3 text-right text-muted">{shown.length}</span>
        <span className="tw-sr-only"> shown</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-30">
          <Popover.Popup className="tw-pop w-96 overflow-hidden">
            <Popover.Title className="tw-sr-only">Indicators</Popover.Title>
            <PickerList {...props} shown={shown} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** Every word must stand in the text somewhere: letters that merely occur in order would find half the catalogue in its definitions. */
function matches(text: string, search: string): number {
  const [low, words] = [text.toLowerCase(), search.toLowerCase().split(/\s+/)]
  return words.every((word) => low.includes(word)) ? 1 : 0
}

const GROUP =
  '**:[[cmdk-group-heading]]:px-2 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-2xs **:[[cmdk-group-heading]]:text-muted'

/** Mounted while open: the catalogue is asked for once. */
function PickerList({ shown, ...props }: PickerProps & { readonly shown: readonly IndicatorKey[] }) {
  const catalogue = useQuery('features.catalogue', {})
  const [refusal, setRefusal] = useState<string | null>(null)
  const keyOf = useFeatureKey(props)
  const features = useMemo(() => catalogue.value ?? [], [catalogue.value])
  const shownFeatures = new Map(shown.map((key) => [indicatorOf(key)?.title, key]))
  const toggleFeature = async (feature: Feature) => setRefusal(toggleIndicator(shownFeatures.get(feature.name) ?? (await keyOf(feature))))
  return (
    <Command label="Indicators" loop filter={matches}>
      <Command.Input
        autoFocus
        placeholder="Search by name, unit or meaning…"
        className="h-9 w-full border-b border-line px-3 text-sm outline-none"
      />
      <p role="status" className={`px-3 py-1 text-2xs ${refusal === null ? 'text-muted' : 'text-warn'}`}>
        {refusal ?? `${shown.length} of at most ${INDICATORS_MAX} shown`}
      </p>
      <Command.List className="max-h-96 overflow-auto p-1">
        <Command.Empty className="p-4 text-center text-xs text-muted">Nothing matches.</Command.Empty>
        <Command.Group heading="Common" className={GROUP}>
          {INDICATORS.map(({ key, title }) => (
            <Item key={key} value={`common ${title}`} checked={shown.includes(key)} onSelect={() => setRefusal(toggleIndicator(key))}>
              {title}
            </Item>
          ))}
        </Command.Group>
        <Command.Group heading="All features" className={GROUP}>
          {features.map((feature) => (
            <Item
              key={feature.name}
              value={`${feature.name} ${feature.unit} ${feature.definition}`}
              checked={shownFeatures.has(feature.name)}
              hint={`${feature.definition}. Warms up over ${feature.warmupCandles} candles.`}
              onSelect={() => void toggleFeature(feature)}
            >
              <span className="flex min-w-0 flex-1 flex-col">
                <span className="flex gap-2">
                  <span className="truncate">{feature.name}</span>
                  <span className="ml-auto flex-none text-2xs text-muted">{feature.unit.replaceAll('_', ' ')}</span>
                </span>
                <span className="truncate text-2xs text-muted">{feature.definition}</span>
              </span>
            </Item>
          ))}
        </Command.Group>
        {catalogue.error !== null && (
          <p role="alert" className="p-2 text-xs text-warn">
            The catalogue cannot be shown. {plainError(catalogue.error)}: {catalogue.error.message}
          </p>
        )}
        {catalogue.value === null && catalogue.error === null && <p className="p-2 text-xs text-muted">Loading the catalogue…</p>}
      </Command.List>
    </Command>
  )
}

type ItemProps = {
  readonly value: string
  readonly checked: boolean
  readonly hint?: string
  readonly onSelect: () => void
  readonly children: React.ReactNode
}

function Item({ value, checked, hint, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      title={hint}
      className="flex min-h-7 cursor-pointer items-center gap-2 rounded-sm px-2 py-0.5 text-sm data-[selected=true]:bg-hover"
    >
      <span className="flex size-3.5 flex-none items-center justify-center rounded-xs border border-edge">
        {checked && <Check size={11} className="text-accent" aria-hidden />}
      </span>
      {children}
      {checked && <span className="tw-sr-only">, shown</span>}
    </Command.Item>
  )
}

/** Candles whose values tell whether a feature lies where prices are. */
const PROBE_CANDLES = 3

/** Asks for the newest values of a price-like feature, to know in which pane it belongs. */
function useFeatureKey({ instrumentId, timeframe }: PickerProps): (feature: Feature) => Promise<IndicatorKey> {
  const bridge = useBridge()
  return async ({ name, unit }) => {
    const { marketMs, lastPrices } = deskStore.getState()
    if (unit !== 'price' || marketMs === null) return featureKey(name, paneOf({ unit, value: null, price: null }))
    const fromMs = marketMs - PROBE_CANDLES * TIMEFRAME_MS[timeframe]
    const result = await bridge.invoke('candles.indicators', { instrumentId, timeframe, names: [name], fromMs, toMs: marketMs })
    const value = result.ok ? (result.value.series[name]?.findLast((candidate) => candidate !== null) ?? null) : null
    return featureKey(name, paneOf({ unit, value, price: lastPrices[instrumentId] ?? null }))
  }
}
