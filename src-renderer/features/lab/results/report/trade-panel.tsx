import { ScanSearch, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { Timeframe } from '../../../../../src-shared/domain/time.ts'
import { useComposedQuery } from '../../../../bridge/use-composed-query.ts'
import { TraceChart } from '../../../../charts/trace-chart.tsx'
import { SideBadge } from '../../../../components/badge.tsx'
import { Button, IconButton } from '../../../../components/button.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { Segmented } from '../../../../components/segmented.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../../components/states.tsx'
import { toneText } from '../../../../components/tone.ts'
import { signalAddress } from '../../../../format/addresses.ts'
import { formatDecimal } from '../../../../format/decimal-text.ts'
import { symbolOf } from '../../../../format/instruments.ts'
import { formatR, toneOf } from '../../../../format/numbers.ts'
import { formatDuration, formatUtc } from '../../../../format/times.ts'
import { wordsOf } from '../../../../format/words.ts'
import type { RunRow, Trade } from '../views.ts'
import { readTradeMarket, timeframeFor, timeframesFrom, type TradeMarket, tradeChartData } from './trade-market.ts'

type TradePanelProps = {
  readonly run: RunRow
  readonly venue: string
  readonly trade: Trade
  readonly onClose: () => void
  readonly className?: string
}
const NO_OVERLAY = { groups: [], lines: [], alone: false } as const

/** One trade of the run on its candles, with the way to the decision behind it. */
export function TradePanel({ run, venue, trade, onClose, className = '' }: TradePanelProps) {
  const [chosen, setChosen] = useState<Timeframe | null>(null)
  const timeframe = chosen ?? timeframeFor(trade, run.timeframe)
  const market = useComposedQuery(`${run.id} ${trade.positionId} ${timeframe}`, async (bridge) => {
    const read = await readTradeMarket(bridge, { runId: run.id, venue, trade, timeframe, hasJournal: run.hasJournal })
    return read.ok ? { ok: true, value: { positionId: trade.positionId, timeframe, market: read.value } } : read
  })
  const current = market.value?.positionId === trade.positionId ? market.value.market : null
  return (
    <Panel
      title={symbolOf(trade.instrumentId)}
      label={`Trade ${trade.positionId}`}
      note={<Facts trade={trade} />}
      scroll={false}
      className={className}
      actions={
        <>
          <Segmented
            label="Timeframe"
            value={timeframe}
            options={timeframesFrom(run.timeframe).map((value) => ({ value, title: value }))}
            onChange={setChosen}
          />
          <WhyButton run={run} trade={trade} />
          <IconButton label="Close the chart" onClick={onClose}>
            <X size={13} aria-hidden />
          </IconButton>
        </>
      }
    >
      {current ? (
        <Drawn trade={trade} market={current} />
      ) : market.error && !market.loading ? (
        <ErrorState error={market.error} onRetry={market.reload} />
      ) : (
        <Skeleton rows={6} />
      )}
    </Panel>
  )
}

function Facts({ trade }: { readonly trade: Trade }) {
  return (
    <span className="inline-flex items-center gap-2">
      <SideBadge side={trade.side} />
      <span className={toneText[toneOf(trade.netPnl)]}>
        {formatDecimal(trade.netPnl, { decimals: 2, sign: true })}, {formatR(trade.rMultiple)}
      </span>
      <span>
        {formatUtc(trade.openedMs, 'minute')}, held {formatDuration(trade.closedMs - trade.openedMs)}, {wordsOf(trade.exitReason)}
      </span>
    </span>
  )
}

/** Without a journal, or without a decision behind the trade, it says so. */
function WhyButton({ run, trade }: { readonly run: RunRow; readonly trade: Trade }) {
  const [, navigate] = useLocation()
  const { decisionId } = trade
  const missing = !run.hasJournal ? 'This run kept no journal' : decisionId === null ? 'No decision is behind this trade' : null
  return (
    <Button
      tone="accent"
      disabled={missing !== null}
      title={missing ?? 'The whole decision in the inspector'}
      // The empty question mark takes filters of another list away.
      onClick={() => decisionId !== null && navigate(`${signalAddress(run.id, decisionId)}?`)}
    >
      <ScanSearch size={13} aria-hidden /> Why
    </Button>
  )
}

function Drawn({ trade, market }: { readonly trade: Trade; readonly market: TradeMarket }) {
  const data = useMemo(() => tradeChartData(trade, market), [trade, market])
  if (market.candles.openTimeMs.length === 0)
    return <EmptyState title="No candles" detail="The store no longer holds candles of this time. The run’s figures stand without them." />
  const levels = data.levels.map(({ label, price }) => `${label} ${price}`).join(', ')
  return <TraceChart data={data} shown={NO_OVERLAY} summary={`Candles around trade ${trade.positionId} with ${levels}`} />
}
