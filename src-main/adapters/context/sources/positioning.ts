// How traders stand on Binance USDT-M, in rows of five minutes: GET /futures/data/*. The exchange keeps thirty days of each, so the rows are
// polled for the present and archived for history; both ask the same endpoints and mean the same by a row.
import { z } from 'zod'
import type { ContextSourceId } from '../../../../src-shared/config/settings.ts'
import type { Measure } from '../../../../src-shared/domain/measure.ts'
import { type Result, ok } from '../../../../src-shared/domain/result.ts'
import { SOURCES } from '../catalogue.ts'
import { Milliseconds, figure, parseJson } from '../json-answer.ts'
import { type ContextRequest, FIVE_MINUTES_MS, JSON_ACCEPT, type LiveSource, type SourceAnswer, perPair, pointsOnly } from '../source.ts'

export const ROW_MS = FIVE_MINUTES_MS
/** The most that one request may ask for. */
export const ROWS_MAX = 500

export type PositioningSeries = {
  readonly measure: Measure
  readonly path: string
  /** The rows of an answer, in the order of time. */
  parse(text: string, request: ContextRequest): Result<SourceAnswer, string>
}

const RATIO = figure(0, 1e9)
type Row = { readonly tsMs: number; readonly value: number }

function series(measure: Measure, path: string, rows: z.ZodType<Row>): PositioningSeries {
  const Answer = z.array(rows).max(ROWS_MAX)
  return {
    measure,
    path: `/futures/data/${path}`,
    parse(text, { instrument }) {
      const answer = parseJson(Answer, text)
      if (!answer.ok) return answer
      const points = answer.value.map(({ tsMs, value }) => ({ measure, instrumentId: instrument?.id ?? null, tsMs, value }))
      return ok(pointsOnly(points.toSorted((a, b) => a.tsMs - b.tsMs)))
    },
  }
}

const LongShort = z
  .object({ longShortRatio: RATIO, timestamp: Milliseconds })
  .transform(({ longShortRatio: value, timestamp: tsMs }) => ({ tsMs, value }))
const Taker = z
  .object({ buySellRatio: RATIO, timestamp: Milliseconds })
  .transform(({ buySellRatio: value, timestamp: tsMs }) => ({ tsMs, value }))
const OpenInterest = z
  .object({ sumOpenInterest: figure(0, 1e18), timestamp: Milliseconds })
  .transform(({ sumOpenInterest: value, timestamp: tsMs }) => ({ tsMs, value }))

const TOP = series('top_long_short_ratio', 'topLongShortPositionRatio', LongShort)
const GLOBAL = series('global_long_short_ratio', 'globalLongShortAccountRatio', LongShort)
const TAKER = series('taker_ratio', 'takerlongshortRatio', Taker)
const OPEN_INTEREST = series('open_interest', 'openInterestHist', OpenInterest)
/** Everything that the archive keeps. */
export const ARCHIVED: readonly PositioningSeries[] = [OPEN_INTEREST, TOP, GLOBAL, TAKER]

/** The last hour, so that a few failed polls leave no hole. */
const ROWS_POLLED = 12

function polled(id: ContextSourceId, from: PositioningSeries): LiveSource {
  return {
    info: SOURCES[id],
    accept: JSON_ACCEPT,
    bytesMax: 50_000,
    historyStepMs: 0,
    requests: (instruments) =>
      perPair(instruments, 'binanceFutures', (pair) => `${from.path}?symbol=${pair}&period=5m&limit=${ROWS_POLLED}`),
    parse: (text, request) => from.parse(text, request),
  }
}

export const topLongShort = polled('top_long_short_ratio', TOP)
export const globalLongShort = polled('global_long_short_ratio', GLOBAL)
export const takerRatio = polled('taker_ratio', TAKER)
