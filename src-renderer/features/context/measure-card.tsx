// One measure as a card: value, meaning, course, source, age and whether it may be trusted. A click opens its history.
import type { ReactNode } from 'react'
import { useQuery } from '../../bridge/use-query.ts'
import { MeasureSpark } from '../../charts/measure-spark.tsx'
import { Badge } from '../../components/badge.tsx'
import { formatAge } from '../../format/times.ts'
import type { Choice, Shown } from './measure-choice.ts'
import { type Assets, formatMeasure, meaningOf } from './measure-format.ts'
import { STATE_TONE, measureState, missingReason } from './measure-state.ts'
import { titleOf } from './measure-titles.ts'
import { useMarketNow } from './use-market-now.ts'

export const DAY_MS = 86_400_000
const SPARK_MS = 7 * DAY_MS
const SPARK_POINTS = 120

type CardProps = {
  readonly shown: Shown
  readonly assets: Assets | null
  readonly choice: Choice
  /** Beside the value, for example a gauge. */
  readonly extra?: ReactNode
  /** Stands in for the meaning of the value. */
  readonly remark?: ReactNode
}

export function MeasureCard({ shown, assets, choice, extra, remark }: CardProps) {
  const { measure, view } = shown
  const value = view?.value ?? null
  const text = formatMeasure({ measure, unit: view?.unit ?? '' }, value, assets)
  const chosen = choice.selected === measure
  return (
    <button
      type="button"
      aria-pressed={chosen}
      title={view?.definition ?? titleOf(measure)}
      onClick={() => choice.onSelect(measure)}
      className={`flex min-w-0 flex-col gap-0.5 px-2 py-1.5 text-left outline-offset-[-2px] hover:bg-raised ${chosen ? 'bg-raised shadow-[inset_2px_0_0_var(--accent)]' : 'bg-panel'}`}
    >
      <span className="flex w-full items-center gap-1 text-xs text-muted">
        <span className="truncate">{titleOf(measure)}</span>
        <span className="ml-auto flex-none">
          <StateBadge shown={shown} />
        </span>
      </span>
      <span className="flex w-full items-end gap-2">
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="truncate text-lg font-medium">{text}</span>
          <span className="h-4 truncate text-xs text-muted">{remark ?? meaningOf(measure, value)}</span>
        </span>
        {extra}
      </span>
      <Course shown={shown} />
      <Footer shown={shown} />
    </button>
  )
}

export function StateBadge({ shown }: { readonly shown: Shown }) {
  const state = measureState(shown.view, shown.source, useMarketNow())
  return (
    <Badge tone={STATE_TONE[state]} {...(shown.source?.message ? { title: shown.source.message } : {})}>
      {state}
    </Badge>
  )
}

/** Asked again when a newer value is there, not before. */
function Course({ shown: { measure, instrumentId, view } }: { readonly shown: Shown }) {
  const toMs = view?.tsMs ?? null
  if (toMs === null) return <span className="h-6" />
  return <CourseUntil measure={measure} instrumentId={instrumentId} toMs={toMs} />
}

function CourseUntil({
  measure,
  instrumentId,
  toMs,
}: {
  readonly measure: string
  readonly instrumentId: string | null
  readonly toMs: number
}) {
  const history = useQuery('context.history', { measure, instrumentId, fromMs: toMs - SPARK_MS, toMs, pointsMax: SPARK_POINTS })
  return <MeasureSpark points={history.value ?? []} />
}

function Footer({ shown: { view, source } }: { readonly shown: Shown }) {
  const nowMs = useMarketNow()
  if (view?.tsMs == null) {
    const reason = missingReason(measureState(view, source, nowMs), source)
    return (
      <span className="w-full truncate text-2xs text-muted" title={reason}>
        {reason}
      </span>
    )
  }
  return (
    <span className="flex w-full gap-1 text-2xs text-muted">
      <span className="truncate">{source?.title ?? 'From the trades and the book'}</span>
      <span className="ml-auto flex-none">{ageText(nowMs - view.tsMs)}</span>
    </span>
  )
}

export function ageText(ageMs: number): string {
  const age = formatAge(ageMs)
  return age === 'now' ? age : `${age} ago`
}
