import { X } from 'lucide-react'
import { useMemo } from 'react'
import { useJournalChange, useOf } from '../../bridge/run-context.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { Button } from '../../components/button.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { optionsWithAll, SelectField } from '../../components/select-field.tsx'
import { symbolOf } from '../../format/instruments.ts'
import type { DecisionSummary, SignalChoices, SignalFilter } from './detail.ts'
import { useRecentDecisions } from './signal-source.ts'
import { isFiltering, NO_FILTER } from './signal-filter.ts'
import { wordsOf } from '../../format/words.ts'

type FilterBarProps = { readonly filter: SignalFilter; readonly onFilter: (filter: SignalFilter) => void }

/** Every field offers what the journal has signals of. */
export function SignalFilterBar({ filter, onFilter }: FilterBarProps) {
  const choices = useChoices()
  const set = (change: Partial<SignalFilter>) => onFilter({ ...filter, ...change })
  const select = (
    field: 'instrumentId' | 'strategyId' | 'voter' | 'regime' | 'reason',
    label: string,
    titleOf = (name: string) => name,
  ) => (
    <SelectField
      label={label}
      className="w-full"
      value={filter[field] ?? ''}
      options={optionsWithAll(`${label}: all`, withPresent(choices[CHOICE_OF[field]], filter[field]), titleOf)}
      onChange={(name) => set({ [field]: name || null })}
    />
  )
  return (
    <div role="search" aria-label="Filter signals" className="flex flex-none flex-col gap-1 border-b border-line p-1.5">
      <div className="flex items-center gap-1">
        <Segmented
          label="Outcome"
          value={filter.outcome ?? 'all'}
          options={OUTCOMES}
          onChange={(outcome) => set({ outcome: outcome === 'all' ? null : outcome })}
        />
        <Button
          tone="quiet"
          className="ml-auto px-1"
          disabled={!isFiltering(filter)}
          title="Show all signals"
          onClick={() => onFilter(NO_FILTER)}
        >
          <X size={12} aria-hidden /> Clear
        </Button>
      </div>
      <div className="grid grid-cols-2 gap-1">
        {select('instrumentId', 'Symbol', symbolOf)}
        {select('strategyId', 'Strategy')}
        {select('voter', 'Voter')}
        {select('regime', 'Regime', wordsOf)}
        {select('reason', 'Reason', wordsOf)}
        <SelectField
          label="Result"
          className="w-full"
          value={filter.result ?? ''}
          options={RESULTS}
          onChange={(result) => set({ result: result || null })}
        />
      </div>
    </div>
  )
}

const OUTCOMES = [
  { value: 'all', title: 'All' },
  { value: 'executed', title: 'Executed' },
  { value: 'blocked', title: 'Blocked' },
] as const
const RESULTS = [
  { value: '', title: 'Result: all' },
  { value: 'win', title: 'Win' },
  { value: 'loss', title: 'Loss' },
  { value: 'expired', title: 'Expired' },
  { value: 'open', title: 'Open' },
] as const
const CHOICE_OF = { instrumentId: 'instruments', strategyId: 'strategies', voter: 'voters', regime: 'regimes', reason: 'reasons' } as const

/** A filter from a link may name what the journal does not know: it is shown all the same. */
const withPresent = (names: readonly string[], present: string | null): readonly string[] =>
  present === null || names.includes(present) ? names : [present, ...names]

/** New names are rare. */
const REFRESH_DELAY_MS = 30_000

/** What the journal has, and what the newest decisions add to it; those alone while the journal does not answer. */
function useChoices(): SignalChoices {
  const of = useOf()
  const decisions = useRecentDecisions()
  const { value, loading, reload } = useQuery('signals.choices', of)
  useJournalChange({ concerns: (event) => event.type === 'decision', onChange: reload, busy: loading, delayMs: REFRESH_DELAY_MS })
  return useMemo(() => {
    const recent = choicesOf(decisions)
    if (value === null) return recent
    const both = (field: keyof SignalChoices) => distinct([...value[field], ...recent[field]])
    return {
      instruments: both('instruments'),
      strategies: both('strategies'),
      voters: value.voters,
      regimes: both('regimes'),
      reasons: both('reasons'),
    }
  }, [value, decisions])
}

const distinct = (values: readonly (string | null)[]): string[] => [...new Set(values.filter((value) => value !== null))].toSorted()

function choicesOf(decisions: readonly DecisionSummary[]): SignalChoices {
  return {
    instruments: distinct(decisions.map((decision) => decision.instrumentId)),
    strategies: distinct(decisions.map((decision) => decision.strategyId)),
    voters: [],
    regimes: distinct(decisions.map((decision) => decision.regime)),
    reasons: distinct(decisions.map((decision) => (decision.outcome === 'blocked' ? decision.reason : null))),
  }
}
