// Bitcoin's share of the market value of all crypto assets that CoinGecko counts: GET /api/v3/global, documented at https://docs.coingecko.com.
// Other sources count other assets, so their shares differ by a few points.
import { z } from 'zod'
import { ok } from '../../../../src-shared/domain/result.ts'
import { SOURCES } from '../catalogue.ts'
import { Seconds, figure, parseJson } from '../json-answer.ts'
import { JSON_ACCEPT, type LiveSource, pointsOnly } from '../source.ts'

const Answer = z.object({ data: z.object({ market_cap_percentage: z.object({ btc: figure(0, 100) }), updated_at: Seconds }) })

export const btcDominance: LiveSource = {
  info: SOURCES.btc_dominance,
  accept: JSON_ACCEPT,
  bytesMax: 200_000,
  historyStepMs: 0,
  requests: () => [{ host: 'coingecko', path: '/api/v3/global', instrument: null }],
  parse(text) {
    const answer = parseJson(Answer, text)
    if (!answer.ok) return answer
    const { market_cap_percentage: share, updated_at: tsMs } = answer.value.data
    return ok(pointsOnly([{ measure: 'btc_dominance', instrumentId: null, tsMs, value: share.btc / 100 }]))
  },
}
