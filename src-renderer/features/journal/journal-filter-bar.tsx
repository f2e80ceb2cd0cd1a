import { Segmented } from '../../components/segmented.tsx'
import { optionsWithAll, SelectField } from '../../components/select-field.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { useDesk } from '../../stores/desk-store.ts'
import type { DatePreset, RoundTripFilter } from './round-trip-table.ts'

const PRESETS: readonly { readonly value: DatePreset; readonly title: string; readonly hint: string }[] = [
  { value: 'all', title: 'All', hint: 'Since the journal began' },
  { value: 'today', title: 'Today', hint: "Since 00:00 UTC of the market's day" },
  { value: '7d', title: '7 d', hint: 'The last 7 days and today' },
  { value: '30d', title: '30 d', hint: 'The last 30 days and today' },
]

export function JournalFilterBar({
  filter,
  onFilter,
}: {
  readonly filter: RoundTripFilter
  readonly onFilter: (filter: RoundTripFilter) => void
}) {
  const instruments = useDesk((desk) => desk.instruments)
  const strategies = useDesk((desk) => desk.strategies)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segmented label="Period" value={filter.preset} options={PRESETS} onChange={(preset) => onFilter({ ...filter, preset })} />
      <SelectField
        label="Instrument"
        value={filter.instrumentId ?? ''}
        options={optionsWithAll(
          'All instruments',
          instruments.map((instrument) => instrument.id),
          symbolOf,
        )}
        onChange={(id) => onFilter({ ...filter, instrumentId: id || null })}
      />
      <SelectField
        label="Strategy"
        value={filter.strategyId ?? ''}
        options={optionsWithAll(
          'All strategies',
          strategies.map((strategy) => strategy.id),
        )}
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
