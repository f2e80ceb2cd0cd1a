// The context of the market as the screen sees it.
import type { Output } from '../../src-shared/bridge/contract.ts'
import { clipped } from '../../src-shared/bridge/order-view.ts'
import { MEASURES, MEASURE_INDEX, MEASURE_INFO, type Measure } from '../../src-shared/domain/measure.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../src-shared/domain/result.ts'
import type { Kernel } from '../core/kernel/kernel.ts'
import type { ContextFeed, KnownMeasure } from '../core/ports/context-feed.ts'

type ContextView = Output<'context.snapshot'>
type HistoryInput = {
  readonly measure: string
  readonly instrumentId: string | null
  readonly fromMs: number
  readonly toMs: number
  readonly pointsMax: number
}

const MEASURES_MAX = 2_000

/** What the sources know, and of what they do not ask for (trades, book) what the kernel was told last. */
export function contextView(context: ContextFeed, kernel: Kernel): ContextView {
  const { sources, measures: sourced, headlines } = context.snapshot()
  const measures = [...sourced, ...toldMeasures(kernel, new Set(sourced.map(({ measure }) => measure)))]
  return {
    marketMs: kernel.nowMs,
    sources: sources.map((source) => ({ ...source, measures: [...source.measures], message: clipped(source.message, 400) })),
    measures: measures.slice(0, MEASURES_MAX).map((known) => {
      const { unit, definition } = MEASURE_INFO[known.measure]
      return { ...known, unit, definition: clipped(definition, 200) }
    }),
    headlines: headlines.map((headline) => ({ ...headline, title: clipped(headline.title, 400), assets: [...headline.assets] })),
  }
}

function toldMeasures(kernel: Kernel, sourced: ReadonlySet<Measure>): readonly KnownMeasure[] {
  const others = MEASURES.filter((measure) => !sourced.has(measure) && !MEASURE_INFO[measure].isGlobal)
  return kernel.config.instruments.flatMap(({ id }) =>
    others.flatMap((measure): KnownMeasure[] => {
      const told = kernel.lastMeasure(id, measure)
      if (told === null || Number.isNaN(told.tsMs)) return []
      const { value, tsMs, validForMs } = told
      return [{ measure, instrumentId: id, value: Number.isNaN(value) ? null : value, tsMs, validForMs }]
    }),
  )
}

/** The error is one sentence about the question. Throws RangeError for an instrument id that is none. */
export function contextHistory(context: ContextFeed, input: HistoryInput): Result<Output<'context.history'>, string> {
  const { measure, fromMs, toMs, pointsMax } = input
  if (!isMeasure(measure)) return err(`"${measure}" is not a measure`)
  const { isGlobal } = MEASURE_INFO[measure]
  if (isGlobal !== (input.instrumentId === null))
    return err(`${measure} is ${isGlobal ? 'of the whole market: it has no instrument' : 'of one instrument: name it'}`)
  if (fromMs > toMs) return err(`the range from ${fromMs} to ${toMs} ends before it begins`)
  const id = input.instrumentId === null ? null : instrumentId(input.instrumentId)
  return ok([...context.history({ measure, instrumentId: id, fromMs, toMs, pointsMax })])
}

const isMeasure = (text: string): text is Measure => Object.hasOwn(MEASURE_INDEX, text)
