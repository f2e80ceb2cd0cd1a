// The funding rate of the running interval, which moves until it is settled: GET /fapi/v1/premiumIndex of Binance USDT-M. Its field
// `lastFundingRate` is that rate, whatever its name suggests.
import { z } from 'zod'
import { ok } from '../../../../src-shared/domain/result.ts'
import { SOURCES } from '../catalogue.ts'
import { Milliseconds, figure, parseJson } from '../json-answer.ts'
import { FIVE_MINUTES_MS, JSON_ACCEPT, type LiveSource, perPair, pointsOnly } from '../source.ts'

const Answer = z.object({ lastFundingRate: figure(-1, 1), time: Milliseconds })

export const fundingRate: LiveSource = {
  info: SOURCES.funding_rate,
  accept: JSON_ACCEPT,
  bytesMax: 20_000,
  historyStepMs: FIVE_MINUTES_MS,
  requests: (instruments) => perPair(instruments, 'binanceFutures', (pair) => `/fapi/v1/premiumIndex?symbol=${pair}`),
  parse(text, { instrument }) {
    const answer = parseJson(Answer, text)
    if (!answer.ok) return answer
    const { lastFundingRate: value, time: tsMs } = answer.value
    return ok(pointsOnly([{ measure: 'funding_rate', instrumentId: instrument?.id ?? null, tsMs, value }]))
  },
}
