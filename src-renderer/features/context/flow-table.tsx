// What trades and the book say right now, in columns of figures. A row that is chosen says beside it whether its history is kept.
import { Badge } from '../../components/badge.tsx'
import { EmptyState } from '../../components/states.tsx'
import type { Choice, Shown } from './measure-choice.ts'
import { type Assets, formatMeasure } from './measure-format.ts'
import { STATE_TONE, measureState } from './measure-state.ts'
import { titleOf } from './measure-titles.ts'
import { useMarketNow } from './use-market-now.ts'

type FlowProps = { readonly rows: readonly Shown[]; readonly assets: Assets | null; readonly choice: Choice }

export function FlowTable({ rows, assets, choice }: FlowProps) {
  if (rows.every(({ view }) => view === null || view.value === null)) {
    return (
      <EmptyState
        title="No order-flow figures in this market"
        detail="They come from trades and order books: of a live feed, or of a recording that holds both (--recording=book)."
      />
    )
  }
  return (
    <ul className="grid grid-cols-2 gap-x-px bg-line xl:grid-cols-3" aria-label="Order-flow measures">
      {rows.map((row) => (
        <FlowRow key={row.measure} shown={row} assets={assets} choice={choice} />
      ))}
    </ul>
  )
}

function FlowRow({ shown, assets, choice }: { readonly shown: Shown; readonly assets: Assets | null; readonly choice: Choice }) {
  const { measure, view } = shown
  const state = measureState(view, shown.source, useMarketNow())
  const chosen = choice.selected === measure
  return (
    <li className="bg-panel">
      <button
        type="button"
        aria-pressed={chosen}
        title={view?.definition ?? titleOf(measure)}
        onClick={() => choice.onSelect(measure)}
        className={`flex h-6 w-full items-center gap-2 border-b border-line px-2 text-sm outline-offset-[-2px] hover:bg-raised ${chosen ? 'bg-raised shadow-[inset_2px_0_0_var(--accent)]' : ''}`}
      >
        <span className="truncate text-muted">{titleOf(measure)}</span>
        {state !== 'fresh' && <Badge tone={STATE_TONE[state]}>{state}</Badge>}
        <span className="ml-auto flex-none font-medium">
          {formatMeasure({ measure, unit: view?.unit ?? '' }, view?.value ?? null, assets)}
        </span>
      </button>
    </li>
  )
}
