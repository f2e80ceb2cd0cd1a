// The estimated hash rate of the Bitcoin network, one value per UTC day: Blockchain.com's chart "hash-rate", documented at
// https://www.blockchain.com/explorer/api/charts_api. A point carries the start of its day and says something only when the day is over.
import { z } from 'zod'
import { err, ok } from '../../../../src-shared/domain/result.ts'
import { DAY_MS } from '../../../../src-shared/domain/time.ts'
import { SOURCES } from '../catalogue.ts'
import { Seconds, figure, parseJson } from '../json-answer.ts'
import { JSON_ACCEPT, type LiveSource, pointsOnly } from '../source.ts'

const UNIT = 'Hash Rate TH/s'
const Answer = z.object({
  unit: z.literal(UNIT),
  values: z
    .array(z.object({ x: Seconds, y: figure(0, 1e15) }))
    .min(1)
    .max(5_000),
})

export const hashRate: LiveSource = {
  info: SOURCES.hash_rate,
  accept: JSON_ACCEPT,
  bytesMax: 400_000,
  historyStepMs: 0,
  // Hash ribbons look back sixty days.
  requests: () => [{ host: 'blockchain', path: '/charts/hash-rate?timespan=180days&format=json&sampled=false', instrument: null }],
  parse(text, _request, receivedMs) {
    const answer = parseJson(Answer, text)
    if (!answer.ok) return answer
    const points = answer.value.values
      .map(({ x, y }) => ({ measure: 'hash_rate' as const, instrumentId: null, tsMs: x + DAY_MS, value: y }))
      .filter((point) => point.tsMs <= receivedMs)
    if (points.length === 0) return err('values holds no day that is over')
    return ok(pointsOnly(points.toSorted((a, b) => a.tsMs - b.tsMs)))
  },
}
