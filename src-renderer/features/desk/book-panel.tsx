// Order book, heat map and tape of the chosen symbol. Listens only while it is shown.
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import { useBridge } from '../../bridge/context.tsx'
import { plainError } from '../../bridge/use-command.ts'
import { DepthMap } from '../../charts/depth-map.tsx'
import { Badge } from '../../components/badge.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import type { Tone } from '../../components/tone.ts'
import { baseOf, symbolOf } from '../../format/instruments.ts'
import { decimalsOf, formatNumber } from '../../format/numbers.ts'
import { BookFeed, type BookView } from '../../stores/book-feed.ts'
import { type BookFrame, bookFigures } from '../../stores/book-state.ts'
import type { Instrument } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { useUi } from '../../stores/ui-store.ts'
import { BookLadder } from './book-ladder.tsx'
import { BookTape } from './book-tape.tsx'

export function BookPanel() {
  const instruments = useDesk((desk) => desk.instruments)
  const chosen = useUi((ui) => ui.instrumentId)
  const instrument = instruments.find(({ id }) => id === chosen) ?? instruments[0]
  if (!instrument) return <Skeleton rows={4} />
  return <Book key={instrument.id} instrument={instrument} />
}

function useBook(instrumentId: string): { readonly feed: BookFeed; readonly view: BookView } {
  const bridge = useBridge()
  const feed = useMemo(() => new BookFeed({ bridge, instrumentId }), [bridge, instrumentId])
  useEffect(() => feed.start(), [feed])
  return { feed, view: useSyncExternalStore(feed.listen, feed.current) }
}

function Book({ instrument }: { readonly instrument: Instrument }) {
  const { feed, view } = useBook(instrument.id)
  if (view.phase === 'failed' && view.error) {
    return (
      <ErrorState error={{ ...view.error, message: `The order book cannot be shown. ${plainError(view.error)}: ${view.error.message}` }} />
    )
  }
  if (view.phase === 'none') return <NoBook instrument={instrument} />
  if (!view.frame) return <Skeleton rows={4} />
  return <Shown feed={feed} view={view} frame={view.frame} instrument={instrument} />
}

function NoBook({ instrument }: { readonly instrument: Instrument }) {
  const recorded = useDesk((desk) => desk.feed?.kind !== 'live')
  return recorded ? (
    <EmptyState
      title={`This recording has no order book of ${baseOf(instrument.id)}`}
      detail="Start with --recording=book for a market that holds books and trades."
    />
  ) : (
    <EmptyState title={`No order book of ${baseOf(instrument.id)} yet`} detail="It appears with the first snapshot from the venue." />
  )
}

type ShownProps = { readonly feed: BookFeed; readonly view: BookView; readonly frame: BookFrame; readonly instrument: Instrument }

function Shown({ feed, view, frame, instrument }: ShownProps) {
  const connected = useDesk((desk) => desk.connected)
  const trusted = connected && frame.state === 'synced'
  const decimals = { price: decimalsOf(instrument.tickSize), quantity: decimalsOf(instrument.lotSize) }
  const formatPrice = useCallback((price: number) => formatNumber(price, decimalsOf(instrument.tickSize)), [instrument.tickSize])
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Strip frame={frame} instrument={instrument} connected={connected} />
      <div className={`flex min-h-0 flex-1 ${trusted ? '' : 'opacity-60 grayscale'}`}>
        <div
          role="group"
          aria-label="Order book, scrolls"
          tabIndex={0}
          className="isolate w-64 flex-none overflow-y-auto border-r border-line"
        >
          <BookLadder frame={frame} decimals={decimals} />
        </div>
        <div className="relative min-w-0 flex-1">
          <div className="absolute inset-0">
            <DepthMap
              columns={feed.columns}
              version={view}
              tickSize={Number(instrument.tickSize)}
              formatPrice={formatPrice}
              summary={summaryOf(frame, instrument)}
            />
          </div>
        </div>
        <div role="group" aria-label="Trades, scroll" tabIndex={0} className="w-52 flex-none overflow-y-auto border-l border-line">
          <BookTape tape={view.tape} bigFrom={view.bigFrom} decimals={decimals} />
        </div>
      </div>
    </div>
  )
}

const summaryOf = (frame: BookFrame, instrument: Instrument): string =>
  `Heat map of the order book of ${symbolOf(instrument.id)}: quantity by price over the last books, trades as dots. Best bid ${frame.bids[0]?.[0] ?? 'none'}, best ask ${frame.asks[0]?.[0] ?? 'none'}.`

const STATE_TONE: Readonly<Record<BookFrame['state'], Tone>> = { synced: 'up', syncing: 'warn', stale: 'warn' }

type StripProps = { readonly frame: BookFrame; readonly instrument: Instrument; readonly connected: boolean }

/** Spread, microprice and imbalance in one line, and why the book cannot be trusted when it cannot. */
function Strip({ frame, instrument, connected }: StripProps) {
  const figures = bookFigures(frame)
  const price = decimalsOf(instrument.tickSize)
  return (
    <div
      className="flex h-4.5 flex-none items-center gap-4 overflow-hidden px-1 text-xs whitespace-nowrap text-muted"
      data-testid="book-strip"
    >
      <Badge tone={connected ? STATE_TONE[frame.state] : 'danger'}>{connected ? frame.state : 'not connected'}</Badge>
      {frame.state === 'synced' ? null : (
        <span className="truncate text-warn">{frame.detail || 'The book is not in step with the venue.'}</span>
      )}
      {figures && (
        <>
          <Figure name="Spread" text={`${formatNumber(figures.spread, price)} (${formatNumber(figures.spreadBp, 2)} bp)`} />
          <Figure
            name="Microprice"
            text={formatNumber(figures.microprice, price + 1)}
            hint="Best prices weighted with the quantity of the other side"
          />
          <Imbalance value={figures.imbalance} />
        </>
      )}
      {frame.resyncs > 0 && <Figure name="Resyncs" text={String(frame.resyncs)} hint={frame.detail} />}
    </div>
  )
}

function Figure({ name, text, hint }: { readonly name: string; readonly text: string; readonly hint?: string }) {
  return (
    <span title={hint}>
      {name} <span className="text-fg">{text}</span>
    </span>
  )
}

/** Bids against asks of the best ten levels: the bar grows from the middle to the side that is heavier. */
function Imbalance({ value }: { readonly value: number }) {
  const half = `${Math.min(1, Math.abs(value)) * 50}%`
  return (
    <span className="flex items-center gap-1.5" title="(bid − ask) ÷ (bid + ask) quantity of the best 10 levels">
      Imbalance <span className="w-9 text-right text-fg">{formatNumber(value, 2, { sign: true })}</span>
      <span className="relative h-1.5 w-20 rounded-full bg-hover" aria-hidden>
        <span className={`absolute inset-y-0 ${value > 0 ? 'left-1/2 bg-up' : 'right-1/2 bg-down'}`} style={{ width: half }} />
      </span>
    </span>
  )
}
