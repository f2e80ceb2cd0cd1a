// The page that is open all day: the chart in the middle, what is at risk below it, what was decided beside it.
import { type ReactNode, useSyncExternalStore } from 'react'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Divider } from '../../components/divider.tsx'
import { Panel } from '../../components/panel.tsx'
import { ErrorState } from '../../components/states.tsx'
import { useDesk } from '../../stores/desk-store.ts'
import { type BottomTab, selectBottomTab, setSize, useUi } from '../../stores/ui-store.ts'
import { BookPanel } from './book-panel.tsx'
import { ChartPanel } from './chart-panel.tsx'
import { DecisionFeed } from './decision-feed.tsx'
import { OrdersTable } from './orders-table.tsx'
import { PlaybackBar } from './playback-bar.tsx'
import { PositionsTable } from './positions-table.tsx'
import { EquityPanel } from './equity-panel.tsx'
import { StrategiesPanel } from '../../components/strategies-panel.tsx'

/** From this width of the window on, positions and orders stand side by side. */
const WIDE_PX = 1680

const useWindowWidth = (): number =>
  useSyncExternalStore(
    (listener) => {
      window.addEventListener('resize', listener)
      return () => window.removeEventListener('resize', listener)
    },
    () => window.innerWidth,
  )

export function DeskPage() {
  const width = useWindowWidth()
  const wide = width >= WIDE_PX
  const phase = useDesk((desk) => desk.phase)
  const error = useDesk((desk) => desk.error)
  const side = useUi((ui) => ui.sizes['side'] ?? Math.round(Math.min(400, Math.max(292, width * 0.22))))
  const bottom = useUi((ui) => ui.sizes['bottom'] ?? (wide ? 252 : 212))
  if (phase === 'failed' && error) return <ErrorState error={error} />
  return (
    <div className="flex h-full flex-col">
      <h1 className="sr-only">Desk</h1>
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <div className="min-h-0 flex-1">
            <ChartPanel />
          </div>
          <Divider
            label="Height of positions and orders"
            orientation="horizontal"
            size={bottom}
            min={96}
            max={520}
            onResize={(size) => setSize('bottom', size)}
          />
          <div className="min-h-0 flex-none" style={{ height: bottom }}>
            {wide ? <SideBySide /> : <Tabs />}
          </div>
        </div>
        <Divider
          label="Width of the side column"
          orientation="vertical"
          size={side}
          min={240}
          max={560}
          onResize={(size) => setSize('side', size)}
        />
        <aside aria-label="Decisions, strategies, equity" className="flex flex-none flex-col" style={{ width: side }}>
          <div className="min-h-0 flex-1">
            <DecisionFeed />
          </div>
          <div className="h-47 flex-none border-t border-line">
            <StrategiesPanel />
          </div>
          <div className="h-39 flex-none border-t border-line">
            <EquityPanel />
          </div>
        </aside>
      </div>
      <PlaybackBar />
    </div>
  )
}

/** Positions beside orders; the order book takes the place of both. */
function SideBySide() {
  const book = useUi((ui) => ui.bottomTab === 'book')
  if (!book) return <PositionsAndOrders />
  return (
    <Panel
      title="Order book"
      scroll={false}
      className="h-full"
      actions={
        <Button tone="quiet" className="h-5" onClick={() => selectBottomTab('positions')}>
          Positions and orders (o)
        </Button>
      }
    >
      <BookPanel />
    </Panel>
  )
}

const ShowBook = () => (
  <Button tone="quiet" className="h-5" onClick={() => selectBottomTab('book')}>
    Order book (o)
  </Button>
)

function PositionsAndOrders() {
  const positions = useDesk((desk) => desk.positions.length)
  const orders = useDesk((desk) => desk.orders.length)
  const width = useUi((ui) => ui.sizes['orders'] ?? 584)
  return (
    <div className="flex h-full">
      <Panel title="Positions" note={positions} className="flex-1">
        <PositionsTable />
      </Panel>
      <Divider
        label="Width of the orders"
        orientation="vertical"
        size={width}
        min={320}
        max={900}
        onResize={(size) => setSize('orders', size)}
      />
      <div className="flex-none" style={{ width }}>
        <Panel title="Orders" note={<OrdersNote count={orders} />} label="Orders" className="h-full" actions={<ShowBook />}>
          <OrdersTable />
        </Panel>
      </div>
    </div>
  )
}

/** The count, and beside it how many orders nobody knows the outcome of. */
function OrdersNote({ count }: { readonly count: number }) {
  const unknown = useDesk((desk) => desk.orders.filter(({ state }) => state === 'unknown').length)
  return (
    <span className="inline-flex items-center gap-1.5">
      {count}
      {unknown > 0 && <Badge tone="warn">{unknown} unknown</Badge>}
    </span>
  )
}

function Tabs() {
  const tab = useUi((ui) => ui.bottomTab)
  const positions = useDesk((desk) => desk.positions.length)
  const orders = useDesk((desk) => desk.orders.length)
  return (
    <section className="flex h-full flex-col bg-panel" aria-label="Positions and orders">
      <div role="tablist" aria-label="Positions and orders" className="flex h-7 flex-none border-b border-line">
        <TabButton tab="positions" active={tab}>
          Positions <span className="text-muted">{positions}</span>
        </TabButton>
        <TabButton tab="orders" active={tab}>
          Orders <OrdersNote count={orders} />
        </TabButton>
        <TabButton tab="book" active={tab}>
          Order book
        </TabButton>
      </div>
      <div role="tabpanel" aria-label={TAB_NAME[tab]} tabIndex={0} className="min-h-0 flex-1 overflow-auto">
        {tab === 'positions' && <PositionsTable />}
        {tab === 'orders' && <OrdersTable />}
        {tab === 'book' && <BookPanel />}
      </div>
    </section>
  )
}

const TAB_NAME: Readonly<Record<BottomTab, string>> = { positions: 'positions', orders: 'orders', book: 'order book' }
type TabButtonProps = { readonly tab: BottomTab; readonly active: BottomTab; readonly children: ReactNode }

function TabButton({ tab, active, children }: TabButtonProps) {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={tab === active}
      onClick={() => selectBottomTab(tab)}
      className={`inline-flex items-center gap-1.5 px-3 text-xs font-semibold ${tab === active ? 'shadow-[inset_0_-2px_0_var(--accent)]' : 'text-muted hover:text-fg'}`}
    >
      {children}
    </button>
  )
}
