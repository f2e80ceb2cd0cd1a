// The journal: what was traded, what came of it, and proof that nobody changed the record.
import { Tabs } from '@base-ui/react/tabs'
import { useState } from 'react'
import { useComposedQuery } from '../../bridge/use-composed-query.ts'
import { RunContext, useJournalChange, useOf, useRunSource } from '../../bridge/run-context.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { useRunInfo } from '../../bridge/use-run-info.ts'
import { BooksBanner } from '../../components/books-banner.tsx'
import { NoRunJournal, RunBanner } from '../../components/run-banner.tsx'
import { VerifyButton } from '../../components/verify-button.tsx'
import { journalAddress } from '../../format/addresses.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { EquityPanel } from './equity-panel.tsx'
import { ExportButtons } from './journal-actions.tsx'
import { JournalFilterBar } from './journal-filter-bar.tsx'
import { FillsTab, OrdersTab } from './paged-tab.tsx'
import { readRoundTrips } from './read-round-trips.ts'
import { NO_FILTER, rangeOf, type RoundTripFilter } from './round-trip-table.ts'
import { RoundTripsTab } from './round-trips-tab.tsx'
import { HistogramPanel, StatisticsPanel } from './statistics-panel.tsx'
import { TwinTab } from './twin-tab.tsx'

const EQUITY_POINTS_MAX = 2000
/** A fast replay closes many positions a second, and the statistics read the whole journal. */
const RELOAD_MS = 2000
type TabName = 'round_trips' | 'orders' | 'fills' | 'twin'
type TabTitle = { readonly value: TabName; readonly title: string }
const TABS: readonly TabTitle[] = [
  { value: 'round_trips', title: 'Round trips' },
  { value: 'orders', title: 'Orders' },
  { value: 'fills', title: 'Fills' },
]
/** Of the desk only: a run has no account beside it. */
const TWIN_TAB: TabTitle = { value: 'twin', title: 'Live beside paper' }

/** The journal of the desk, or that of a run of the lab. */
export function JournalPage({ run }: { readonly run?: string }) {
  return run === undefined ? <DeskJournal /> : <RunJournal key={run} runId={run} />
}

/** Of the account on the desk, or while live of the paper session beside it: nothing of one may stay when the other is shown. */
function DeskJournal() {
  const { run } = useOf()
  return (
    <div className="flex h-full min-h-0 flex-col gap-1">
      <BooksBanner />
      <div className="min-h-0 flex-1">
        <Journal key={run} />
      </div>
    </div>
  )
}

function RunJournal({ runId }: { readonly runId: string }) {
  const info = useRunInfo(runId)
  return (
    <RunContext value={info}>
      <div className="flex h-full min-h-0 flex-col gap-1">
        <RunBanner info={info} back={{ to: journalAddress(null), name: 'journal' }} />
        <div className="min-h-0 flex-1">{info.run?.hasJournal === false ? <NoRunJournal title="Journal" /> : <Journal />}</div>
      </div>
    </RunContext>
  )
}

function Journal() {
  const [filter, setFilter] = useState(NO_FILTER)
  const [tab, setTab] = useState<TabName>('round_trips')
  const queries = useJournal(filter)
  const isRun = useRunSource() !== null
  const tabs = isRun ? TABS : [...TABS, TWIN_TAB]
  return (
    <div className="flex h-full min-h-0 flex-col gap-1">
      <header className="flex flex-none flex-wrap items-center gap-2 bg-panel px-2 py-1">
        <h1 className="sr-only">Journal</h1>
        <JournalFilterBar filter={filter} onFilter={setFilter} />
        <div className="ml-auto flex min-w-0 items-center gap-1">
          <VerifyButton />
          {tab !== 'twin' && <ExportButtons table={tab} />}
        </div>
      </header>
      <div className="flex h-64 flex-none gap-1 2xl:h-90">
        <EquityPanel query={queries.equity} />
        <StatisticsPanel query={queries.statistics} scope={scopeOf(filter)} />
        <HistogramPanel query={queries.statistics} scope={scopeOf(filter)} />
      </div>
      <Tabs.Root
        value={tab}
        onValueChange={(value: unknown) => setTab(tabs.find((known) => known.value === value)?.value ?? tab)}
        className="flex min-h-0 flex-1 flex-col bg-panel"
      >
        <Tabs.List aria-label="Tables of the journal" className="flex h-7 flex-none items-stretch gap-1 border-b border-line px-1">
          {tabs.map(({ value, title }) => (
            <Tabs.Tab
              key={value}
              value={value}
              className="px-2 text-xs text-muted outline-offset-[-2px] hover:text-fg data-active:border-b-2 data-active:border-accent data-active:font-semibold data-active:text-fg"
            >
              {title}{' '}
              {value === 'round_trips' && queries.roundTrips.value && (
                <span className="font-normal text-muted">{queries.roundTrips.value.total}</span>
              )}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="round_trips" className="min-h-0 flex-1">
          <RoundTripsTab query={queries.roundTrips} filter={filter} />
        </Tabs.Panel>
        <Tabs.Panel value="orders" className="min-h-0 flex-1">
          <OrdersTab />
        </Tabs.Panel>
        <Tabs.Panel value="fills" className="min-h-0 flex-1">
          <FillsTab />
        </Tabs.Panel>
        {!isRun && (
          <Tabs.Panel value="twin" className="min-h-0 flex-1">
            <TwinTab />
          </Tabs.Panel>
        )}
      </Tabs.Root>
    </div>
  )
}

/** Everything the filter decides, asked again when a position closes. */
function useJournal(filter: RoundTripFilter) {
  const { fromMs, toMs } = useDateRange(filter)
  const { instrumentId, strategyId } = filter
  const of = useOf()
  const query = { ...of, fromMs, toMs, instrumentId, strategyId }
  const roundTrips = useComposedQuery(JSON.stringify(query), (bridge) => readRoundTrips(bridge, query))
  const statistics = useQuery('journal.statistics', { ...of, fromMs, toMs, strategyId })
  const equity = useQuery('journal.equity', { ...of, fromMs, toMs, pointsMax: EQUITY_POINTS_MAX })
  useJournalChange({
    concerns: (event) => event.type === 'position_closed',
    onChange: () => {
      roundTrips.reload()
      statistics.reload()
      equity.reload()
    },
    busy: roundTrips.loading || statistics.loading || equity.loading,
    delayMs: RELOAD_MS,
  })
  return { roundTrips, statistics, equity }
}

/**
 * Moves on only when the market's day does, not with every event. Everything, while the market's time is unknown. In a run it counts back from
 * its end.
 */
function useDateRange({ preset }: RoundTripFilter) {
  const source = useRunSource()
  const fromMs = useDesk((desk) => {
    const nowMs = source === null ? desk.marketMs : (source.run?.toMs ?? null)
    return nowMs === null ? null : rangeOf(preset, nowMs).fromMs
  })
  return { fromMs, toMs: null }
}

/** The statistics know the period and the strategy; what they leave out is said. */
function scopeOf({ instrumentId, side }: RoundTripFilter): string {
  const wider = [instrumentId === null ? '' : 'all instruments', side === null ? '' : 'both sides'].filter((word) => word !== '')
  return wider.length === 0 ? '' : `period and strategy only: ${wider.join(', ')}`
}
