// In which regime and on which side each strategy may open positions, with what its signals were worth there.
import { useRef, useState } from 'react'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { plainError, useCommand } from '../../bridge/use-command.ts'
import { useDeskChange } from '../../bridge/use-desk-change.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { symbolOf } from '../../format/instruments.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { type Cell, MatrixTable, type Strategy, regimeWords } from './matrix-table.tsx'

type Matrix = Output<'scoring.matrix'>
type Wish = { readonly strategy: Strategy; readonly cell: Cell }

/** Signals are resolved by the minute; asking more often would show nothing new. */
const RELOAD_DELAY_MS = 3000

export function MatrixPanel() {
  const matrix = useQuery('scoring.matrix', {})
  useDeskChange({
    concerns: ({ type }) => type === 'decision' || type === 'position_closed',
    onChange: matrix.reload,
    busy: matrix.loading,
    delayMs: RELOAD_DELAY_MS,
  })
  return (
    <Panel
      title="Strategies by side and regime"
      note={<Note matrix={matrix.value} />}
      label="Strategies by side and regime"
      className="min-h-0 flex-1"
    >
      {matrix.value !== null ? (
        <Editor matrix={matrix.value} onChanged={matrix.reload} />
      ) : matrix.error !== null ? (
        <ErrorState
          error={{ ...matrix.error, message: `The matrix cannot be shown. ${plainError(matrix.error)}: ${matrix.error.message}` }}
          onRetry={matrix.reload}
        />
      ) : (
        <Skeleton rows={8} />
      )}
    </Panel>
  )
}

function Note({ matrix }: { readonly matrix: Matrix | null }) {
  if (!matrix) return null
  const cells = matrix.strategies.flatMap((strategy) => strategy.cells)
  return `${cells.filter(({ enabled }) => enabled).length} of ${cells.length} on`
}

function Editor({ matrix, onChanged }: { readonly matrix: Matrix; readonly onChanged: () => void }) {
  const { wish, busy, ask, confirm, cancel } = useSetCell(onChanged)
  if (matrix.strategies.length === 0)
    return <EmptyState title="No strategy is scored" detail="This playbook has no strategy that tells the regime of its signals." />
  return (
    <>
      <div className="flex flex-col">
        {matrix.strategies.map((strategy) => (
          <div key={strategy.strategyId} className="border-b border-line">
            <MatrixTable strategy={strategy} busy={busy} onToggle={(cell) => ask({ strategy, cell })} />
          </div>
        ))}
      </div>
      {wish && <Question wish={wish} busy={busy} onConfirm={confirm} onCancel={cancel} />}
    </>
  )
}

/** Sends at once, unless a position of the strategy is open: then it asks first. One change at a time. */
function useSetCell(onChanged: () => void) {
  const run = useCommand()
  const positions = useDesk((desk) => desk.positions)
  const [wish, setWish] = useState<Wish | null>(null)
  const [busy, setBusy] = useState(false)
  const sending = useRef(false)
  const send = async ({ strategy, cell: { side, regime, enabled } }: Wish) => {
    if (sending.current) return
    sending.current = true
    setBusy(true)
    const what = `${enabled ? 'Switch off' : 'Switch on'} ${strategy.title}, ${side} in ${regimeWords(regime)}`
    await run('scoring.setCell', { strategyId: strategy.strategyId, side, regime, enabled: !enabled }, { what })
    sending.current = false
    setBusy(false)
    setWish(null)
    onChanged()
  }
  const ask = (next: Wish) => {
    const open = positions.some(({ strategyId }) => strategyId === next.strategy.strategyId)
    if (open) setWish(next)
    else void send(next)
  }
  return { wish, busy, ask, confirm: () => wish && void send(wish), cancel: () => setWish(null) }
}

type QuestionProps = { readonly wish: Wish; readonly busy: boolean; readonly onConfirm: () => void; readonly onCancel: () => void }

function Question({ wish: { strategy, cell }, busy, onConfirm, onCancel }: QuestionProps) {
  const positions = useDesk((desk) => desk.positions)
  const open = positions.filter(({ strategyId }) => strategyId === strategy.strategyId)
  const verb = cell.enabled ? 'Switch off' : 'Switch on'
  return (
    <ConfirmDialog
      open
      onOpenChange={(stays) => !stays && onCancel()}
      title={`${verb} ${cell.side} in ${regimeWords(cell.regime)}?`}
      description={
        <>
          {strategy.title} has open:{' '}
          <b className="text-fg">
            {open.map(({ instrumentId, side }) => `${symbolOf(instrumentId)} ${side}`).join(', ') || 'nothing any more'}
          </b>
          . What is open keeps its stop and its targets; the switch decides about new entries only.
        </>
      }
      confirmLabel={verb}
      busy={busy}
      onConfirm={onConfirm}
    />
  )
}
