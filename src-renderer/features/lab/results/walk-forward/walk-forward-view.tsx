// A walk-forward: only what was out of sample counts. The tests laid end to end, how much of the training was kept, and whether the parameters stayed.
import { useMemo, useState } from 'react'
import { Button } from '../../../../components/button.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { formatNumber, formatPercent } from '../../../../format/numbers.ts'
import { AdoptDialog } from '../adopt/adopt-dialog.tsx'
import { walkForwardHonesty } from '../adopt/adopt-words.ts'
import { parametersText } from '../parameter-text.ts'
import { EquityPanel } from '../report/equity-panel.tsx'
import { AllFigures, Headline } from '../report/headline.tsx'
import { SpecPanel } from '../report/spec-panel.tsx'
import { type ResultTab, ResultTabs } from '../result-tabs.tsx'
import type { Said } from '../robust-words.ts'
import { SaidFigure } from '../said-figure.tsx'
import { searchedRanges } from '../searched-ranges.ts'
import { StabilityPanel } from '../stability-panel.tsx'
import type { WalkForward } from '../views.ts'
import { WindowsTable } from './windows-table.tsx'
import { WindowsTimeline } from './windows-timeline.tsx'

type TabName = 'result' | 'setup'

type WalkForwardViewProps = {
  readonly walkForward: WalkForward
  /** Opens the run of a window's test. */
  readonly onOpen: (runId: string) => void
}

export function WalkForwardView({ walkForward, onOpen }: WalkForwardViewProps) {
  const [tab, setTab] = useState<TabName>('result')
  const [adopting, setAdopting] = useState(false)
  const { run, spec, newest } = walkForward
  const tabs: readonly ResultTab<TabName>[] = [
    {
      name: 'result',
      title: 'Out of sample',
      render: () => <Outcome walkForward={walkForward} onOpen={onOpen} onAdopt={() => setAdopting(true)} />,
    },
    { name: 'setup', title: 'Setup', render: () => <SpecPanel spec={spec} className="mt-1" /> },
  ]
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ResultTabs label="Parts of the walk-forward" tabs={tabs} shown={tab} onShow={setTab} />
      {adopting && newest && (
        <AdoptDialog
          runId={run.id}
          parameters={newest}
          source={`the newest window of ${run.title}`}
          honesty={walkForwardHonesty(walkForward)}
          onClose={() => setAdopting(false)}
        />
      )}
    </div>
  )
}

function Outcome({ walkForward, onOpen, onAdopt }: WalkForwardViewProps & { readonly onAdopt: () => void }) {
  const { metrics, equity, windows, stability, spec } = walkForward
  const ranges = useMemo(() => searchedRanges(spec), [spec])
  const done = windows.filter(({ state }) => state === 'done').length
  return (
    <div className="flex flex-col gap-1">
      <Headline metrics={metrics} />
      <div className="grid gap-1 @5xl:grid-cols-[3fr_1fr]">
        <EquityPanel
          title="Equity, out of sample"
          note={`${done} of ${windows.length} tests laid end to end; what was open at the end of one was closed there, with its costs`}
          curve={equity}
          className="h-72 2xl:h-96"
        />
        <Verdict walkForward={walkForward} onAdopt={onAdopt} />
      </div>
      <WindowsTimeline walkForward={walkForward} className="max-h-80" />
      <WindowsTable windows={windows} onOpen={onOpen} className="max-h-96" />
      <StabilityPanel stability={stability} ranges={ranges} of="window" />
      <AllFigures metrics={metrics} />
    </div>
  )
}

/** Out of sample ÷ in sample of the yearly returns. */
export function efficiencySaid(efficiency: number | null): Said {
  if (efficiency === null)
    return { figure: '—', verdict: 'unknown', tone: 'muted', sentence: 'It needs finished windows whose training earned something.' }
  const [verdict, tone] =
    efficiency >= 0.5
      ? (['keeps enough', 'up'] as const)
      : efficiency > 0
        ? (['keeps little', 'warn'] as const)
        : (['keeps nothing', 'down'] as const)
  return {
    figure: formatPercent(efficiency, { decimals: 0 }),
    verdict,
    tone,
    sentence:
      'So much of the yearly return that the training showed was left in the tests. Half and more is usually called robust; 100% would be no loss.',
  }
}

function Verdict({ walkForward, onAdopt }: { readonly walkForward: WalkForward; readonly onAdopt: () => void }) {
  const { efficiency, newest, windows } = walkForward
  const done = windows.filter(({ state }) => state === 'done')
  const gained = done.filter(({ testMetrics }) => (testMetrics['total_return'] ?? 0) > 0).length
  return (
    <Panel title="Walk-forward efficiency" scroll={false}>
      <div className="flex h-full flex-col">
        <SaidFigure title="Out of sample ÷ in sample" said={efficiencySaid(efficiency)} />
        <p className="border-t border-line p-2 text-sm">
          {formatNumber(gained, 0)} of {formatNumber(done.length, 0)} finished windows gained out of sample.
        </p>
        <div className="mt-auto flex flex-col gap-1 border-t border-line p-2 text-xs">
          <p className="text-muted">{newest === null ? 'No window has chosen parameters yet.' : `Newest: ${parametersText(newest)}`}</p>
          <Button tone="accent" disabled={newest === null} onClick={onAdopt}>
            Adopt the newest parameters…
          </Button>
        </div>
      </div>
    </Panel>
  )
}
