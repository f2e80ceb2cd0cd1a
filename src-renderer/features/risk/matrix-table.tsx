// One strategy of the matrix: its score against the floor, and a switch for each side and regime.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { Badge } from '../../components/badge.tsx'
import { toneText } from '../../components/tone.ts'
import { formatR, toneOf } from '../../format/numbers.ts'
import { wordsOf } from '../../format/words.ts'

export type Strategy = Output<'scoring.matrix'>['strategies'][number]
export type Cell = Strategy['cells'][number]

/** "TREND_UP" and "trend_up" are both "trend up". */
export const regimeWords = (regime: string): string => wordsOf(regime.toLowerCase())

const SIDES = ['long', 'short'] as const
/** Few regimes keep their cells at a readable width, as a person reads across them; many share what there is. */
const widthOf = (regimes: number): string => (regimes > 3 ? '100%' : `${180 + regimes * 224}px`)
type TableProps = { readonly strategy: Strategy; readonly busy: boolean; readonly onToggle: (cell: Cell) => void }

export function MatrixTable({ strategy, busy, onToggle }: TableProps) {
  return (
    <table className="max-w-full table-fixed text-sm" style={{ width: widthOf(strategy.regimes.length) }} aria-label={strategy.title}>
      <colgroup>
        <col className="w-34" />
        <col className="w-11" />
        {strategy.regimes.map((regime) => (
          <col key={regime} />
        ))}
      </colgroup>
      <thead>
        <tr className="h-7 text-xs">
          <th scope="col" colSpan={2} title={strategy.title} className="truncate px-2 text-left font-semibold">
            {strategy.title}
          </th>
          {strategy.regimes.map((regime) => (
            <th key={regime} scope="col" className="truncate px-1 text-center text-muted">
              {regimeWords(regime)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {SIDES.map((side) => (
          <tr key={side}>
            {side === 'long' && (
              <td rowSpan={SIDES.length} className="px-2 align-middle">
                <Score strategy={strategy} />
              </td>
            )}
            <th scope="row" className="text-left align-middle text-xs text-muted">
              {side}
            </th>
            {strategy.regimes.map((regime) => (
              <td key={regime} className="p-0.5">
                <CellSwitch
                  strategy={strategy}
                  cell={strategy.cells.find((cell) => cell.side === side && cell.regime === regime)}
                  busy={busy}
                  onToggle={onToggle}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A strategy below its floor opens nothing, whatever its cells say. */
function Score({ strategy: { score, floor, resolved, window } }: { readonly strategy: Strategy }) {
  return (
    <span
      className="flex flex-col items-start gap-0.5"
      title={`Expectancy of the last ${window} resolved signals; the least it may be is ${formatR(floor)}`}
    >
      {score === null ? (
        <span className="text-xs text-muted">no score yet</span>
      ) : (
        <b className={`text-base font-medium ${toneText[toneOf(score)]}`}>{formatR(score)}</b>
      )}
      <span className="text-2xs text-muted">floor {formatR(floor)}</span>
      <span className="text-2xs text-muted">
        {resolved} of {window} resolved
      </span>
      {score !== null && score < floor && <Badge tone="danger">below the floor</Badge>}
    </span>
  )
}

type SwitchProps = Omit<TableProps, 'strategy'> & { readonly strategy: Strategy; readonly cell: Cell | undefined }

function CellSwitch({ strategy, cell, busy, onToggle }: SwitchProps) {
  if (!cell) return <span className="block text-center text-muted">—</span>
  return (
    <button
      type="button"
      role="switch"
      aria-checked={cell.enabled}
      aria-label={`${strategy.title}, ${cell.side} in ${regimeWords(cell.regime)}`}
      title={`${cell.wins} won, ${cell.losses} lost, ${cell.expired} expired. Expectancy ${formatR(cell.expectancyR)}.`}
      disabled={busy}
      onClick={() => onToggle(cell)}
      className={`flex h-9 w-full flex-col items-center justify-center rounded-sm border text-2xs ${cell.enabled ? 'border-edge bg-accent-soft hover:bg-hover' : 'border-dashed border-edge text-muted hover:bg-hover'}`}
    >
      <span className="flex items-center gap-1.5 text-xs">
        <span className={cell.enabled ? 'font-semibold text-accent' : 'font-medium'}>{cell.enabled ? 'On' : 'Off'}</span>
        <span className={toneText[toneOf(cell.expectancyR)]}>{formatR(cell.expectancyR)}</span>
      </span>
      <span className="text-muted">
        {cell.wins} W · {cell.losses} L · {cell.expired} E
      </span>
    </button>
  )
}
