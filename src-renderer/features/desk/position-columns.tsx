// Columns of the positions table. Money and prices keep their digits; a stop that does not work is never quiet.
import { MoveVertical, ShieldAlert, ShieldCheck, ShieldEllipsis, X } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { SideBadge } from '../../components/badge.tsx'
import type { Column } from '../../components/data-table.tsx'
import { toneText } from '../../components/tone.ts'
import { baseOf } from '../../format/instruments.ts'
import { formatMoney, formatPrice, formatQuantity, formatR, toneOf } from '../../format/numbers.ts'
import { formatDuration, formatUtc } from '../../format/times.ts'
import type { Position } from '../../stores/desk-state.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { openDialog } from '../../stores/ui-store.ts'
import type { Row } from './rows.ts'

export type PositionRow = Row<Position>

/** Market time in whole seconds: durations change no faster than that, and only the cells that show one are drawn again. */
const useMarketSecond = () => useDesk((desk) => (desk.marketMs === null ? null : Math.floor(desk.marketMs / 1000) * 1000))

const right = { align: 'right' } as const

export const positionColumns: readonly Column<PositionRow>[] = [
  {
    key: 'symbol',
    width: 122,
    title: 'Symbol',
    render: ({ item: position }) => (
      <span className="flex items-center gap-1.5" title={`${position.instrumentId}, ${position.strategyId}`}>
        <b className="font-semibold">{baseOf(position.instrumentId)}</b>
        <SideBadge side={position.side} />
        {position.phase !== 'protected' && (
          <span className={position.phase === 'emergency' ? 'font-semibold text-down' : 'text-warn'}>{position.phase}</span>
        )}
      </span>
    ),
    sortBy: ({ item: position }) => position.instrumentId,
  },
  {
    key: 'quantity',
    width: 56,
    title: 'Qty',
    ...right,
    render: ({ item: position, instrument }) => formatQuantity(position.quantity, instrument),
  },
  {
    key: 'entry',
    width: 72,
    title: 'Entry',
    ...right,
    render: ({ item: position, instrument }) => formatPrice(position.entryPrice, instrument),
  },
  {
    key: 'mark',
    width: 72,
    title: 'Mark',
    ...right,
    render: ({ item: position, instrument }) => formatPrice(position.markPrice, instrument),
  },
  {
    key: 'pnl',
    width: 70,
    title: 'uPnL',
    ...right,
    hint: 'Unrealised profit in USDT',
    render: ({ item: position }) => (
      <span className={`font-medium ${toneText[toneOf(position.unrealizedPnl)]}`}>
        {formatMoney(position.unrealizedPnl, { sign: true })}
      </span>
    ),
    sortBy: ({ item: position }) => position.unrealizedPnl,
  },
  {
    key: 'r',
    width: 66,
    title: 'R',
    ...right,
    hint: 'Unrealised plus realised profit in multiples of the initial risk',
    render: ({ item: position }) => <span className={toneText[toneOf(position.rMultiple)]}>{formatR(position.rMultiple)}</span>,
    sortBy: ({ item: position }) => position.rMultiple,
  },
  { key: 'stop', width: 120, title: 'Stop', ...right, render: (row) => <Stop {...row} /> },
  {
    key: 'targets',
    width: 62,
    title: 'Targets',
    align: 'center',
    hint: 'Filled of all targets',
    render: ({ item: position }) => <Targets position={position} />,
  },
  {
    key: 'liquidation',
    width: 70,
    title: 'Liq.',
    ...right,
    hint: 'Estimated liquidation price',
    className: 'text-muted',
    render: ({ item: position, instrument }) => formatPrice(position.liquidationPrice, instrument),
  },
  {
    key: 'open',
    width: 62,
    title: 'Open',
    ...right,
    className: 'text-muted',
    render: ({ item: position }) => <OpenFor openedMs={position.openedMs} />,
    sortBy: ({ item: position }) => position.openedMs,
  },
  {
    key: 'unprotected',
    width: 54,
    title: 'Unprot.',
    ...right,
    hint: 'Seconds without a working stop at the venue',
    render: (row) => <Unprotected {...row} />,
  },
  {
    key: 'actions',
    width: 62,
    // Always in reach, also when the table is wider than its pane.
    className: 'sticky right-0 bg-panel',
    title: <span className="tw-sr-only">Actions</span>,
    ...right,
    render: ({ item: position }) => <Actions position={position} />,
  },
]

const STOP_LOOK = {
  working: { icon: ShieldCheck, color: 'text-up', word: '' },
  placing: { icon: ShieldEllipsis, color: 'text-warn', word: 'placing' },
  failed: { icon: ShieldAlert, color: 'text-down', word: 'failed' },
  none: { icon: ShieldAlert, color: 'text-down', word: 'none' },
} as const

function Stop({ item: position, instrument }: PositionRow) {
  const look = STOP_LOOK[position.stopState]
  const traits = [position.trailing ? 'trailing' : '', position.breakEvenDone ? 'moved to break-even' : ''].filter(Boolean).join(', ')
  return (
    <span
      className={`inline-flex items-center justify-end gap-1 ${look.word === '' ? '' : `font-semibold ${look.color}`}`}
      title={`Stop is ${position.stopState} at the venue${traits && `, ${traits}`}`}
    >
      {position.trailing && look.word === '' && <span className="text-2xs text-muted">trail</span>}
      {look.word !== '' && <span>{look.word}</span>}
      {position.stopState !== 'none' && <span>{formatPrice(position.stopPrice, instrument)}</span>}
      <look.icon size={13} className={look.color} aria-label={`stop ${position.stopState}`} />
    </span>
  )
}

const TARGET_LOOK = { filled: 'bg-up', working: 'border border-up', planned: 'border border-edge', abandoned: 'bg-edge' } as const

function Targets({ position }: { readonly position: Position }) {
  if (position.targets.length === 0) return <span className="text-muted">—</span>
  const filled = position.targets.filter(({ state }) => state === 'filled').length
  return (
    <span
      className="inline-flex items-center gap-0.5"
      title={position.targets.map(({ price, state }, i) => `T${i + 1} ${price} ${state}`).join('\n')}
    >
      {position.targets.map(({ price, state }) => (
        <span key={price} className={`size-1.5 rounded-full ${TARGET_LOOK[state]}`} />
      ))}
      <span className="pl-1 text-xs text-muted">
        {filled}/{position.targets.length}
      </span>
    </span>
  )
}

function OpenFor({ openedMs }: { readonly openedMs: number }) {
  const marketMs = useMarketSecond()
  return <span title={`${formatUtc(openedMs)} UTC`}>{marketMs === null ? '—' : formatDuration(marketMs - openedMs)}</span>
}

function Unprotected({ item: position }: PositionRow) {
  const marketMs = useMarketSecond()
  const running = position.unprotectedSinceMs === null || marketMs === null ? 0 : Math.max(0, marketMs - position.unprotectedSinceMs) / 1000
  const seconds = position.secondsUnprotected + running
  if (position.unprotectedSinceMs !== null)
    return <span className="rounded-xs bg-danger px-1 font-semibold text-on-danger">{seconds.toFixed(0)}s</span>
  return <span className={position.incident ? 'text-down' : 'text-muted'}>{seconds.toFixed(1)}s</span>
}

function Actions({ position }: { readonly position: Position }) {
  const base = baseOf(position.instrumentId)
  return (
    <span className="inline-flex gap-0.5">
      <IconButton
        label={`Move the stop of ${base}`}
        className="size-5"
        onClick={() => openDialog({ kind: 'move-stop', positionId: position.id, price: null })}
      >
        <MoveVertical size={13} aria-hidden />
      </IconButton>
      <IconButton
        label={`Close ${base}`}
        className="size-5 hover:text-down"
        onClick={() => openDialog({ kind: 'close-position', positionId: position.id })}
      >
        <X size={14} aria-hidden />
      </IconButton>
    </span>
  )
}
