// A practice venue on loopback with a market that stands still, and clients pointed at it.
import { BTCUSDT, ETHUSDT } from '../../src-main/practice-venue/binance/instruments.ts'
import {
  PRACTICE_DEFAULTS,
  type PracticeVenue,
  type PracticeVenueOptions,
  openPracticeVenue,
} from '../../src-main/practice-venue/wire/practice-venue.ts'
import { manualMarket } from './practice-core.ts'

export const openStillVenue = (options: Partial<PracticeVenueOptions> = {}): Promise<PracticeVenue> =>
  openPracticeVenue({
    ...PRACTICE_DEFAULTS,
    venue: 'binanceusdm',
    markets: [manualMarket(BTCUSDT, 100_000), manualMarket(ETHUSDT, 3_500)],
    ...options,
  })

/** Waits for something that happens within two seconds. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + 10_000
  while (!isTrue()) {
    if (performance.now() > giveUpAt) throw new Error(`waited ten seconds for ${what}`)
    await new Promise((done) => setTimeout(done, 5))
  }
}
