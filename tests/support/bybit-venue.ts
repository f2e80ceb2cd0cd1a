// A practice venue that speaks Bybit, on loopback, with a market that stands still.
import { BYBIT_BTCUSDT, BYBIT_ETHUSDT } from '../../src-main/practice-venue/bybit/instruments.ts'
import type { PracticeVenue, PracticeVenueOptions } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { manualMarket } from './practice-core.ts'
import { openStillVenue } from './practice-venue.ts'

export const openStillBybit = (options: Partial<PracticeVenueOptions> = {}): Promise<PracticeVenue> =>
  openStillVenue({ venue: 'bybit', markets: [manualMarket(BYBIT_BTCUSDT, 100_000), manualMarket(BYBIT_ETHUSDT, 3_500)], ...options })
