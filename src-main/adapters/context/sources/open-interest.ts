// Open interest in the base asset, now: GET /fapi/v1/openInterest of Binance USDT-M. Its history comes with the archive (positioning.ts).
import { z } from 'zod'
import { ok } from '../../../../src-shared/domain/result.ts'
import { SOURCES } from '../catalogue.ts'
import { Milliseconds, figure, parseJson } from '../json-answer.ts'
import { FIVE_MINUTES_MS, JSON_ACCEPT, type LiveSource, perPair, pointsOnly } from '../source.ts'

const Answer = z.object({ openInterest: figure(0, 1e18), time: Milliseconds })

export const openInterest: LiveSource = {
  info: SOURCES.open_interest,
  accept: JSON_ACCEPT,
  bytesMax: 20_000,
  historyStepMs: FIVE_MINUTES_MS,
  requests: (instruments) => perPair(instruments, 'binanceFutures', (pair) => `/fapi/v1/openInterest?symbol=${pair}`),
  parse(text, { instrument }) {
    const answer = parseJson(Answer, text)
    if (!answer.ok) return answer
    const { openInterest: value, time: tsMs } = answer.value
    return ok(pointsOnly([{ measure: 'open_interest', instrumentId: instrument?.id ?? null, tsMs, value }]))
  },
}
