// What a backtest came to: what speaks against it first, then the figures, the curve, the months, the costs, the trades and the doubts.
import { useState } from 'react'
import { formatNumber, formatR } from '../../../../format/numbers.ts'
import { formatDuration } from '../../../../format/times.ts'
import { type ResultTab, ResultTabs } from '../result-tabs.tsx'
import { venueOf } from '../spec-flat.ts'
import type { Report } from '../views.ts'
import { CostsPanel } from './costs-panel.tsx'
import { DoctorPanel } from './doctor-panel.tsx'
import { EquityPanel } from './equity-panel.tsx'
import { ExcursionsPanel } from './excursions-panel.tsx'
import { GroupsPanel } from './groups-panel.tsx'
import { AllFigures, Headline } from './headline.tsx'
import { HistogramPanel } from './histogram.tsx'
import { MonthsPanel } from './months-panel.tsx'
import { PassportsPanel } from './passports-panel.tsx'
import { RobustnessTab } from './robustness-panel.tsx'
import { SpecPanel } from './spec-panel.tsx'
import { TradesTab } from './trades-tab.tsx'

type TabName = 'overview' | 'trades' | 'breakdown' | 'robustness' | 'setup'

export function ReportView({ report }: { readonly report: Report }) {
  const [tab, setTab] = useState<TabName>('overview')
  const [trade, setTrade] = useState<string | null>(null)
  const openTrade = (positionId: string) => {
    setTrade(positionId)
    setTab('trades')
  }
  const { run, warnings, metrics, passports } = report
  const tabs: readonly ResultTab<TabName>[] = [
    {
      name: 'overview',
      title: 'Overview',
      ...(warnings.length === 0 ? {} : { note: `${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'}` }),
      render: () => <Overview report={report} />,
    },
    {
      name: 'trades',
      title: 'Trades',
      note: formatNumber(metrics['trades'], 0),
      fixed: true,
      render: () => <TradesTab run={run} venue={venueOf(report.spec)} chosen={trade} onChoose={setTrade} />,
    },
    { name: 'breakdown', title: 'Breakdown', render: () => <Breakdown report={report} onOpenTrade={openTrade} /> },
    { name: 'robustness', title: 'Robustness', render: () => <RobustnessTab report={report} /> },
    {
      name: 'setup',
      title: 'Setup and data',
      note: passports.length,
      render: () => (
        <div className="flex flex-col gap-1 pt-1">
          <PassportsPanel passports={passports} />
          <SpecPanel spec={report.spec} />
        </div>
      ),
    },
  ]
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ResultTabs label="Parts of the report" tabs={tabs} shown={tab} onShow={setTab} />
    </div>
  )
}

function Overview({ report }: { readonly report: Report }) {
  const { warnings, metrics, equity, months, costs } = report
  return (
    <div className="flex flex-col gap-1">
      <DoctorPanel warnings={warnings} />
      <Headline metrics={metrics} />
      <EquityPanel title="Equity and drawdown" curve={equity} className="h-80 2xl:h-104" />
      <div className="grid gap-1 @5xl:grid-cols-[3fr_2fr]">
        <MonthsPanel months={months} />
        <CostsPanel costs={costs} />
      </div>
      <AllFigures metrics={metrics} />
    </div>
  )
}

/** "2h" and "1d" in place of "2h 00m" and "1d 00h". */
const holdingText = (ms: number): string => (ms === 0 ? '0' : formatDuration(ms).replace(/ 0+[hms]$/, ''))
const rText = (r: number): string => formatNumber(r, Number.isInteger(r) ? 0 : Math.abs(r * 10) % 1 < 1e-6 ? 1 : 2, { sign: true })

function Breakdown({ report, onOpenTrade }: { readonly report: Report; readonly onOpenTrade: (positionId: string) => void }) {
  const { groups, rBins, maeBins, mfeBins, holdingBins, excursions, metrics } = report
  const expectancy = metrics['expectancy_r'] ?? null
  return (
    <div className="flex flex-col gap-1 pt-1">
      <GroupsPanel groups={groups} className="max-h-96" />
      <div className="grid gap-1 @4xl:grid-cols-2">
        <HistogramPanel
          title="Results in R"
          note={`mean ${formatR(expectancy)}`}
          bins={rBins}
          format={rText}
          open="both"
          signed
          className="h-56 2xl:h-72"
        />
        <ExcursionsPanel excursions={excursions} onOpen={onOpenTrade} className="h-56 2xl:h-72" />
      </div>
      <div className="grid gap-1 @4xl:grid-cols-3">
        <HistogramPanel title="Worst while open" note="MAE, in R" bins={maeBins} format={rText} open="low" className="h-48" />
        <HistogramPanel title="Best while open" note="MFE, in R" bins={mfeBins} format={rText} open="high" className="h-48" />
        <HistogramPanel
          title="Time held"
          note="from first fill to flat"
          bins={holdingBins}
          format={holdingText}
          open="none"
          className="h-48"
        />
      </div>
    </div>
  )
}
