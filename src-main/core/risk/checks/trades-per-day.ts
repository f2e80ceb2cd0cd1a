// Overtrading pays the venue.
import { type RiskCheck, verdict } from '../verdict.ts'

export const tradesPerDay: RiskCheck = {
  code: 'trades_per_day',
  title: 'Trades per day',
  check({ riskState: { tradesToday }, policy: { tradesPerDayMax } }) {
    return verdict({
      check: 'trades_per_day',
      denial: tradesToday < tradesPerDayMax ? null : 'too_many_trades',
      message: () => `${tradesToday} entries since 00:00 UTC, at most ${tradesPerDayMax}`,
      numbers: { tradesToday, tradesPerDayMax },
    })
  },
}
