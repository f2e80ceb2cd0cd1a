// Live beside paper: the paper session trades on with the live one, and the gap between the two results is told trade by trade and cause by cause.
import { useMemo } from 'react'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { useJournalChange } from '../../bridge/run-context.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { SideBadge } from '../../components/badge.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { type PriceDecimals, usePriceDecimals } from '../../components/price-decimals.ts'
import { Stat } from '../../components/stat.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { toneText } from '../../components/tone.ts'
import { symbolOf } from '../../format/instruments.ts'
import { formatMoney, formatNumber, toneOf } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'

type Answer = Output<'live.twin'>
type TwinTrade = Answer['trades'][number]
type Gap = Answer['total']

const TRADES_MAX = 500
const RELOAD_MS = 2000

const CAUSES: readonly { readonly key: keyof Gap; readonly title: string; readonly hint: string }[] = [
  { key: 'entry', title: 'Entry price', hint: 'Better or worse than the paper fill, for the live quantity' },
  { key: 'exit', title: 'Exit price', hint: 'Better or worse than the paper fill, for the live quantity' },
  { key: 'fees', title: 'Fees', hint: 'Paid beyond what paper paid' },
  { key: 'funding', title: 'Funding', hint: 'Paid or received beyond paper' },
  { key: 'size', title: 'Size', hint: 'What the other quantity alone would have made of the paper result' },
  { key: 'total', title: 'Gap', hint: 'Live minus paper: the sum of the causes' },
]

export function TwinTab() {
  const query = useQuery('live.twin', { limit: TRADES_MAX })
  useJournalChange({
    concerns: ({ type }) => type === 'position_closed',
    onChange: query.reload,
    busy: query.loading,
    delayMs: RELOAD_MS,
  })
  if (query.value === null) return query.error ? <ErrorState error={query.error} onRetry={query.reload} /> : <Skeleton rows={12} />
  if (query.value.sinceMs === null) return <NotLive />
  return <Twins twin={query.value} sinceMs={query.value.sinceMs} />
}

function NotLive() {
  return (
    <EmptyState
      title="Not trading live"
      detail="While live, the paper account goes on beside the real one. Here each of its trades stands beside the live trade of the same signal, with the gap between the two by cause."
    />
  )
}

function Twins({ twin, sinceMs }: { readonly twin: Answer; readonly sinceMs: number }) {
  const priceDecimals = usePriceDecimals()
  const columns = useMemo(() => columnsOf(priceDecimals), [priceDecimals])
  return (
    <div className="flex h-full min-h-0 flex-col">
      <section aria-label="Gap by cause" className="flex flex-none flex-wrap items-center gap-x-6 gap-y-1 border-b border-line px-2 py-1.5">
        {CAUSES.map(({ key, title, hint }) => (
          <Stat
            key={key}
            label={title}
            title={hint}
            value={twin.pairs === 0 ? '—' : formatMoney(twin.total[key], { sign: true })}
            tone={twin.pairs === 0 ? 'muted' : toneOf(twin.total[key])}
            className={`w-24 ${key === 'total' ? 'border-l border-line pl-3' : ''}`}
          />
        ))}
        <p className="ml-auto text-xs text-muted">
          Since {formatUtc(sinceMs, 'minute')} UTC: {formatNumber(twin.pairs, 0)} {twin.pairs === 1 ? 'pair' : 'pairs'},{' '}
          {formatNumber(twin.onlyLive, 0)} only live, {formatNumber(twin.onlyPaper, 0)} only on paper
        </p>
      </section>
      <div className="min-h-0 flex-1 overflow-auto" tabIndex={0} role="group" aria-label="Live beside paper, scrolls">
        <DataTable
          label="Live beside paper"
          columns={columns}
          rows={twin.trades}
          rowKey={(trade) => `${trade.instrumentId} ${trade.strategyId} ${trade.side} ${trade.openedMs} ${trade.live === null}`}
          empty={<EmptyState title="No closed trade yet" detail="A pair is told when both sides have closed." />}
        />
      </div>
    </div>
  )
}

const prices = (side: TwinTrade['live'], decimals: number) =>
  side === null ? (
    <span className="text-muted">did not trade</span>
  ) : (
    <>
      {formatNumber(side.entryPrice, decimals)} <span className="text-muted">→</span> {formatNumber(side.exitPrice, decimals)}
    </>
  )
const decimalsFor = (priceDecimals: PriceDecimals, instrumentId: string, side: TwinTrade['live']): number =>
  priceDecimals(instrumentId, String(side?.entryPrice ?? 0))
const net = (side: TwinTrade['live']) =>
  side === null ? '—' : <span className={toneText[toneOf(side.netPnl)]}>{formatMoney(side.netPnl, { sign: true })}</span>
const right = { align: 'right' } as const

const columnsOf = (priceDecimals: PriceDecimals): readonly Column<TwinTrade>[] => [
  {
    key: 'opened',
    width: 112,
    title: 'Opened, UTC',
    render: ({ openedMs }) => formatUtc(openedMs, 'minute'),
    sortBy: ({ openedMs }) => openedMs,
  },
  {
    key: 'symbol',
    width: 112,
    title: 'Symbol',
    render: ({ instrumentId, side, strategyId }) => (
      <span className="flex items-center gap-1.5" title={strategyId}>
        <b className="font-semibold">{symbolOf(instrumentId)}</b>
        <SideBadge side={side} />
      </span>
    ),
  },
  {
    key: 'live',
    width: 152,
    title: 'Live, entry → exit',
    ...right,
    render: ({ instrumentId, live }) => prices(live, decimalsFor(priceDecimals, instrumentId, live)),
  },
  {
    key: 'paper',
    width: 152,
    title: 'Paper, entry → exit',
    ...right,
    render: ({ instrumentId, paper }) => prices(paper, decimalsFor(priceDecimals, instrumentId, paper)),
  },
  {
    key: 'quantity',
    width: 98,
    title: 'Qty live / paper',
    ...right,
    render: ({ live, paper }) => (
      <>
        {live?.quantity ?? '—'} <span className="text-muted">/</span> {paper?.quantity ?? '—'}
      </>
    ),
  },
  { key: 'net-live', width: 70, title: 'Net live', ...right, render: ({ live }) => net(live) },
  { key: 'net-paper', width: 70, title: 'Net paper', ...right, render: ({ paper }) => net(paper) },
  ...CAUSES.map(({ key, title, hint }): Column<TwinTrade> => ({
    key,
    width: key === 'total' ? 66 : 64,
    title,
    hint,
    ...right,
    render: ({ gap }) =>
      gap === null ? (
        <span className="text-muted">—</span>
      ) : (
        <span className={`${toneText[toneOf(gap[key])]} ${key === 'total' ? 'font-semibold' : ''}`}>
          {formatMoney(gap[key], { sign: true })}
        </span>
      ),
    sortBy: ({ gap }) => gap?.[key] ?? null,
  })),
]
