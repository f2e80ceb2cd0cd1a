// Open orders at the venue that belong to nothing here. Those of this program can be cleaned away; those of others are shown and left alone.
import { useMemo, useState } from 'react'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { useCommand } from '../../bridge/use-command.ts'
import { type Query, useQuery } from '../../bridge/use-query.ts'
import { Badge, SideBadge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Exact } from '../../components/exact.tsx'
import { Panel } from '../../components/panel.tsx'
import { type PriceDecimals, usePriceDecimals } from '../../components/price-decimals.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { formatUtc } from '../../format/times.ts'
import { wordsOf } from '../../format/words.ts'
import { useLive } from '../../stores/live-store.ts'

type Answer = Output<'control.orphans'>
type Orphan = Answer['orders'][number]

const columnsOf = (priceDecimals: PriceDecimals): readonly Column<Orphan>[] => [
  { key: 'created', width: 130, title: 'Created', render: ({ createdMs }) => formatUtc(createdMs) },
  { key: 'symbol', width: 90, title: 'Symbol', render: ({ instrumentId }) => <b className="font-semibold">{symbolOf(instrumentId)}</b> },
  { key: 'side', width: 60, title: 'Side', render: ({ side }) => <SideBadge side={side} /> },
  { key: 'type', width: 120, title: 'Type', render: ({ type }) => wordsOf(type) },
  { key: 'quantity', width: 80, title: 'Qty', align: 'right', render: ({ quantity }) => <Exact text={quantity} /> },
  {
    key: 'price',
    width: 90,
    title: 'Price',
    align: 'right',
    render: ({ instrumentId, price }) => <Exact text={price} decimals={priceDecimals(instrumentId, price)} />,
  },
  {
    key: 'ours',
    width: 80,
    title: 'Whose',
    render: ({ ours }) => (ours ? <Badge tone="warn">ours</Badge> : <Badge tone="muted">not ours</Badge>),
  },
  {
    key: 'id',
    width: 190,
    title: 'Client order id',
    className: 'font-mono text-xs',
    render: ({ clientOrderId }) => <span title={clientOrderId}>{clientOrderId}</span>,
  },
]

/** The venue is asked when the page opens, when the account changes, and when told to: the question costs a part of its budget. */
export function OrphansPanel() {
  const account = useLive((view) => (view === null ? null : `${view.state} ${view.account?.venue} ${view.account?.environment}`))
  if (account === null)
    return (
      <Panel title="Orphan orders" className="h-36 flex-none">
        <Skeleton rows={3} />
      </Panel>
    )
  return <Orphans key={account} />
}

function Orphans() {
  const query = useQuery('control.orphans', {})
  const orders = query.value?.orders ?? []
  const ours = orders.filter((order) => order.ours).length
  return (
    <Panel
      title="Orphan orders"
      note={query.value === null ? undefined : orders.length === 0 ? 'none' : `${ours} ours, ${orders.length - ours} of others`}
      className="h-36 flex-none"
      actions={
        <>
          <Button disabled={query.loading} onClick={query.reload}>
            {query.loading ? 'Looking…' : 'Look again'}
          </Button>
          <CleanButton ours={ours} others={orders.length - ours} onDone={query.reload} />
        </>
      }
    >
      <OrphanTable query={query} />
    </Panel>
  )
}

function OrphanTable({ query }: { readonly query: Query<Answer> }) {
  const priceDecimals = usePriceDecimals()
  const columns = useMemo(() => columnsOf(priceDecimals), [priceDecimals])
  if (query.error !== null && !query.loading) return <ErrorState error={query.error} onRetry={query.reload} />
  if (query.value === null) return <Skeleton rows={3} />
  return (
    <div className={query.loading ? 'opacity-60' : ''}>
      <DataTable
        label="Orphan orders"
        columns={columns}
        rows={query.value.orders}
        rowKey={({ clientOrderId, instrumentId }) => `${instrumentId} ${clientOrderId}`}
        empty={
          <EmptyState title="No orphan order" detail="Every open order at the venue belongs to a position or an entry of this session." />
        }
      />
    </div>
  )
}

function CleanButton({ ours, others, onDone }: { readonly ours: number; readonly others: number; readonly onDone: () => void }) {
  const run = useCommand()
  const [open, setOpen] = useState(false)
  const [sending, setSending] = useState(false)
  const clean = async () => {
    setSending(true)
    const result = await run('orphans.clean', {}, { what: 'Clean orphan orders' })
    setSending(false)
    setOpen(false)
    if (result.ok) onDone()
  }
  return (
    <>
      <Button disabled={ours === 0} title={ours === 0 ? 'No orphan order is ours' : undefined} onClick={() => setOpen(true)}>
        Clean orphans…
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Cancel ${ours} orphan ${ours === 1 ? 'order' : 'orders'}?`}
        description={`They were sent by this program and protect no position it knows.${others === 0 ? '' : ` The ${others} of others ${others === 1 ? 'stays' : 'stay'}.`}`}
        confirmLabel="Cancel them"
        tone="danger"
        busy={sending}
        onConfirm={() => void clean()}
      />
    </>
  )
}
