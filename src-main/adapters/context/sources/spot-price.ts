// The last price of the same pair on Binance's spot market, for the basis: GET /api/v3/ticker/price. It carries no time of its own.
import { z } from 'zod'
import { ok } from '../../../../src-shared/domain/result.ts'
import { SOURCES } from '../catalogue.ts'
import { figure, parseJson } from '../json-answer.ts'
import { FIVE_MINUTES_MS, JSON_ACCEPT, type LiveSource, perPair, pointsOnly } from '../source.ts'

const Answer = z.object({ price: figure(Number.MIN_VALUE, 1e12) })

export const spotPrice: LiveSource = {
  info: SOURCES.spot_price,
  accept: JSON_ACCEPT,
  bytesMax: 20_000,
  historyStepMs: FIVE_MINUTES_MS,
  requests: (instruments) => perPair(instruments, 'binanceSpot', (pair) => `/api/v3/ticker/price?symbol=${pair}`),
  parse(text, { instrument }, receivedMs) {
    const answer = parseJson(Answer, text)
    if (!answer.ok) return answer
    return ok(pointsOnly([{ measure: 'spot_price', instrumentId: instrument?.id ?? null, tsMs: receivedMs, value: answer.value.price }]))
  },
}
