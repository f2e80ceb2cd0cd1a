// The Crypto Fear & Greed index of alternative.me: one value a day, published at about midnight UTC for the day that begins.
// Documented at https://alternative.me/crypto/fear-and-greed-index/ under "API".
import { z } from 'zod'
import { ok } from '../../../../src-shared/domain/result.ts'
import { SOURCES } from '../catalogue.ts'
import { Seconds, figure, parseJson } from '../json-answer.ts'
import { JSON_ACCEPT, type LiveSource, pointsOnly } from '../source.ts'

const Answer = z.object({
  data: z
    .array(z.object({ value: figure(0, 100), timestamp: Seconds }))
    .min(1)
    .max(5_000),
})
const DAYS = 60

export const fearGreed: LiveSource = {
  info: SOURCES.fear_greed,
  accept: JSON_ACCEPT,
  bytesMax: 200_000,
  historyStepMs: 0,
  requests: () => [{ host: 'alternative', path: `/fng/?limit=${DAYS}&format=json`, instrument: null }],
  parse(text) {
    const answer = parseJson(Answer, text)
    if (!answer.ok) return answer
    const points = answer.value.data.map(({ value, timestamp }) => ({
      measure: 'fear_greed' as const,
      instrumentId: null,
      tsMs: timestamp,
      value,
    }))
    return ok(pointsOnly(points.toSorted((a, b) => a.tsMs - b.tsMs)))
  },
}
