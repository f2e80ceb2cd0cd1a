// What is still open when a run is over, closed as a desk would have to that goes on with other parameters.
import { clientOrderId, tradeId, venueOrderId } from '../../../src-shared/domain/ids.ts'
import { closingSide } from '../../../src-shared/domain/instrument.ts'
import type { Fill } from '../../../src-shared/domain/order.ts'
import type { Position } from '../../../src-shared/domain/position.ts'
import { END_OF_TEST } from '../../core/analytics/run-record.ts'
import { roundTripOf } from '../../core/portfolio/book-fill.ts'
import type { Portfolio } from '../../core/portfolio/portfolio.ts'
import type { RecordSink } from '../../core/kernel/trading-loop.ts'
import type { SimulatedVenue } from '../../core/simulation/venue.ts'

export type Closing = {
  readonly portfolio: Portfolio
  readonly venue: Pick<SimulatedVenue, 'takerQuote'>
  readonly sink: Pick<RecordSink, 'append'>
  readonly tsMs: number
}

/**
 * Each open position is closed as a market order of its whole quantity would close it at the last price: with the slippage and the taker fee of the
 * run, but without latency, and all at once whatever the volume was, because there is no candle after the last. Fills and round trips are written
 * as those of the run itself.
 */
export function closeOpenPositions({ portfolio, venue, sink, tsMs }: Closing): void {
  for (const [at, position] of portfolio.positions().entries()) {
    const fill = closingFill(position, venue, { tsMs, number: at + 1 })
    const { id, strategyId, decisionId, care } = position
    const seed = { id, strategyId, decisionId, stopPrice: care.stopPrice, chandelierDistance: care.chandelierDistance }
    const { position: closed } = portfolio.applyFill(fill, seed)
    sink.append({ kind: 'fill', tsMs, body: fill })
    sink.append({ kind: 'position', tsMs, body: closed })
    sink.append({ kind: 'round_trip', tsMs, body: roundTripOf(closed, END_OF_TEST) })
  }
}

function closingFill(
  { instrumentId, side, quantity }: Position,
  venue: Closing['venue'],
  { tsMs, number }: { readonly tsMs: number; readonly number: number },
): Fill {
  const order = { side: closingSide(side), quantity }
  return {
    ...order,
    ...venue.takerQuote(instrumentId, order),
    tradeId: tradeId(`end-${number}`),
    clientOrderId: clientOrderId(`end${number}`),
    venueOrderId: venueOrderId(`end-${number}`),
    instrumentId,
    liquidity: 'taker',
    tsEventMs: tsMs,
  }
}
