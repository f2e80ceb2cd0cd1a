// Proves when the venue is asked for settled funding and what is told of the answers: each payment once, at the venue's own rate and time.
import { describe, expect, it } from 'vitest'
import { FundingWatch } from '../../src-main/adapters/ccxt/funding-watch.ts'
import { fundingFromEntry } from '../../src-main/adapters/ccxt/binance-messages.ts'
import type { SettledFunding } from '../../src-main/core/ports/market-feed.ts'
import { type InstrumentId, instrumentId } from '../../src-shared/domain/ids.ts'

const HOUR_MS = 3_600_000
const SECOND_MS = 1_000
/** 16:00 UTC, when every symbol is paid. */
const T0 = Date.UTC(2025, 5, 1, 16)
const [btc, eth] = [instrumentId('BTCUSDT'), instrumentId('ETHUSDT')]

class Venue {
  readonly settled = new Map<InstrumentId, SettledFunding[]>([
    [btc, []],
    [eth, []],
  ])
  readonly asked: string[] = []
  readonly told: [string, number, number][] = []
  nowMs: number
  fails = false
  readonly watch: FundingWatch

  constructor(fromMs: number) {
    this.nowMs = fromMs
    this.watch = new FundingWatch({
      instrumentIds: [btc, eth],
      fromMs,
      fetch: (id, sinceMs) => {
        this.asked.push(`${id.slice(0, 3)} ${(this.nowMs - T0) / SECOND_MS}`)
        if (this.fails) return Promise.reject(new Error('refused'))
        return Promise.resolve((this.settled.get(id) ?? []).filter(({ tsEventMs }) => tsEventMs >= sinceMs))
      },
      onFunding: ({ instrumentId: id, rate, tsEventMs }) => this.told.push([id.slice(0, 3), rate, tsEventMs - T0]),
    })
  }
  settle(rate: number, tsEventMs: number, ids = [btc, eth]): void {
    for (const id of ids) this.settled.get(id)?.push({ rate, tsEventMs })
  }
  /** Seconds go by, one tick each. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.watch.tick((this.nowMs += SECOND_MS))
      // The answers are there already; only the promises have to be resolved.
      for (let turn = 0; turn < 6; turn += 1) await Promise.resolve()
    }
  }
}

describe('the watch on settled funding', () => {
  it('tells each payment once, with the rate and the time of the venue', async () => {
    const venue = new Venue(T0 - 60 * SECOND_MS)
    await venue.pass(60)
    venue.settle(0.0001, T0 + 3)
    await venue.pass(2 * 3_600)
    expect(venue.told).toEqual([
      ['BTC', 0.0001, 3],
      ['ETH', 0.0001, 3],
    ])
  })

  it('does not take the same payment for another when the venue stamps it a little differently', async () => {
    const venue = new Venue(T0 - 60 * SECOND_MS)
    venue.settle(0.0001, T0)
    await venue.pass(90)
    venue.settled.clear()
    venue.settle(0.0001, T0 + 7)
    venue.settled.set(btc, [{ rate: 0.0001, tsEventMs: T0 + 7 }])
    await venue.pass(3 * 3_600)
    expect(venue.told).toHaveLength(2)
  })

  it('asks again, ever later, until the payment is published, and then not before the next hour', async () => {
    const venue = new Venue(T0 - 2 * SECOND_MS)
    await venue.pass(100)
    venue.settle(-0.0002, T0)
    await venue.pass(3_600 - 100)
    expect(venue.asked).toEqual(['BTC -1', 'ETH -1', 'BTC 10', 'ETH 10', 'BTC 30', 'ETH 30', 'BTC 120', 'ETH 120'])
    expect(venue.told).toEqual([
      ['BTC', -0.0002, 0],
      ['ETH', -0.0002, 0],
    ])
    await venue.pass(20)
    expect(venue.asked.slice(8)).toEqual(['BTC 3610', 'ETH 3610'])
  })

  it('asks at most five times an hour, however long nothing comes', async () => {
    const venue = new Venue(T0)
    venue.fails = true
    await venue.pass(10 * 3_600)
    expect(venue.asked.length / 2).toBeLessThanOrEqual(1 + 10 * 5)
  })

  it('makes up for payments of the time when the venue could not be reached', async () => {
    const venue = new Venue(T0 - HOUR_MS)
    venue.fails = true
    venue.settle(0.0001, T0)
    venue.settle(0.0003, T0 + 4 * HOUR_MS, [eth])
    await venue.pass(5 * 3_600 + 1_900)
    expect(venue.told).toEqual([])
    venue.fails = false
    await venue.pass(3_600)
    expect(venue.told.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      ['BTC', 0.0001, 0],
      ['ETH', 0.0001, 0],
      ['ETH', 0.0003, 4 * HOUR_MS],
    ])
  })

  it('leaves out what was settled before it began', async () => {
    const venue = new Venue(T0 + 60 * SECOND_MS)
    venue.settle(0.0001, T0)
    await venue.pass(3_600)
    expect(venue.told).toEqual([])
  })
})

describe('an entry of the funding history', () => {
  it('is read from text', () => {
    const entry = { symbol: 'BTCUSDT', fundingRate: '0.00063521', fundingTime: '1621267200000' }
    expect(fundingFromEntry(entry)).toEqual({ rate: 0.00063521, tsEventMs: 1_621_267_200_000 })
  })
  it.each([
    [null],
    [{ fundingTime: 1 }],
    [{ fundingRate: '', fundingTime: 1 }],
    [{ fundingRate: '0.5', fundingTime: 1 }],
    [{ fundingRate: '0.0001', fundingTime: 'soon' }],
  ])('is refused when it is %j', (entry) => {
    expect(fundingFromEntry(entry)).toBeNull()
  })
})
