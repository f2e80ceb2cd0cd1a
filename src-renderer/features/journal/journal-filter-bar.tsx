import { Segmented } from '../../components/segmented.tsx'
import { optionsWithAll, SelectField } from '../../components/select-field.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { useRunSource } from '../../bridge/run-context.ts'
import { useDesk } from '../../stores/desk-store.ts'
import type { DatePreset, RoundTripFilter } from './round-trip-table.ts'

const PRESETS: readonly { readonly value: DatePreset; readonly title: string; readonly hint: string }[] = [
  { value: 'all', title: 'All', hint: 'Since the journal began' },
  { value: 'today', title: 'Today', hint: "Since 00:00 UTC of the market's day" },
  { value: '7d', title: '7 d', hint: 'The last 7 days and today' },
  { value: '30d', title: '30 d', hint: 'The last 30 days and today' },
]

const RUN_PRESETS: typeof PRESETS = [
  { value: 'all', title: 'All', hint: 'The whole run' },
  { value: 'today', title: 'Last day', hint: 'Since 00:00 UTC of the last day of the run' },
  { value: '7d', title: 'Last 7 d', hint: 'The last 7 days of the run and its last day' },
  { value: '30d', title: 'Last 30 d', hint: 'The last 30 days of the run and its last day' },
]

/** What the desk trades, or what the run did. */
function useOffered() {
  const source = useRunSource()
  const instruments = useDesk((desk) => desk.instruments)
  const strategies = useDesk((desk) => desk.strategies)
  if (source !== null) return { instruments: source.run?.instruments ?? [], strategies: source.strategies, presets: RUN_PRESETS }
  return { instruments: instruments.map(({ id }) => id), strategies: strategies.map(({ id }) => id), presets: PRESETS }
}

export function JournalFilterBar({
  filter,
  onFilter,
}: {
  readonly filter: RoundTripFilter
  readonly onFilter: (filter: RoundTripFilter) => void
}) {
  const { instruments, strategies, presets } = useOffered()
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segmented label="Period" value={filter.preset} options={presets} onChange={(preset) => onFilter({ ...filter, preset })} />
      <SelectField
        label="Instrument"
        value={filter.instrumentId ?? ''}
        options={optionsWithAll('All instruments', instruments, symbolOf)}
        onChange={(id) => onFilter({ ...filter, instrumentId: id || null })}
      />
      <SelectField
        label="Strategy"
        value={filter.strategyId ?? ''}
        options={optionsWithAll('All strategies', strategies)}
        onChange={(id) => onFilter({ ...filter, strategyId: id || null })}
      />
      <Segmented
        label="Side"
        value={filter.side ?? 'both'}
        options={[
          { value: 'both', title: 'Both sides' },
          { value: 'long', title: 'Long' },
          { value: 'short', title: 'Short' },
        ]}
        onChange={(side) => onFilter({ ...filter, side: side === 'both' ? null : side })}
      />
    </div>
  )
}
