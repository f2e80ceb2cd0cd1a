// Proves when measures of a book reach a session: at its own time, never moving it on a live market, and not while it makes up for hours it was away.
import { describe, expect, it } from 'vitest'
import type { TradingLoop } from '../../src-main/core/kernel/trading-loop.ts'
import { MarketDriver } from '../../src-main/engine/market-driver.ts'
import type { KernelEvent } from '../../src-shared/events/kernel-event.ts'
import type { MarketEvent } from '../../src-shared/events/market-event.ts'
import { BTC_PERPETUAL } from '../support/book-recordings.ts'

const NOW_MS = Date.UTC(2026, 0, 1)

/** The part of the loop that the driver moves. */
function begin(recorded: boolean) {
  const events: KernelEvent[] = []
  const kernel = { nowMs: NOW_MS, config: { instruments: [BTC_PERPETUAL], baseTimeframe: '1m' } }
  const loop = {
    kernel,
    event: (event: KernelEvent) => events.push(event),
    advanceTo: (nowMs: number) => {
      kernel.nowMs = nowMs
    },
  } as unknown as TradingLoop
  return { driver: new MarketDriver(loop, recorded), events, kernel }
}
const measures = (tsEventMs: number): MarketEvent => ({
  type: 'measures',
  instrumentId: BTC_PERPETUAL.id,
  values: { microprice: 1 },
  validForMs: 5_000,
  tsEventMs,
})

describe('measures of a book', () => {
  it('reach a live session at its present time', () => {
    const { driver, events, kernel } = begin(false)
    driver.handle(measures(NOW_MS + 900))
    expect([events.map(({ tsMs }) => tsMs), kernel.nowMs, driver.events]).toEqual([[NOW_MS], NOW_MS, 1])
  })

  it('do not reach a live session that is still making up for the time it was away', () => {
    const { driver, events, kernel } = begin(false)
    driver.handle(measures(NOW_MS + 3_600_000))
    expect([events, kernel.nowMs]).toEqual([[], NOW_MS])
  })

  it('reach a recorded session at their own time', () => {
    const { driver, events } = begin(true)
    driver.handle({ type: 'trade', instrumentId: BTC_PERPETUAL.id, price: 1, quantity: 1, tsEventMs: NOW_MS + 10 })
    driver.handle(measures(NOW_MS + 3_600_000))
    expect(events.map(({ tsMs }) => tsMs)).toEqual([NOW_MS + 10, NOW_MS + 3_600_000])
  })
})
