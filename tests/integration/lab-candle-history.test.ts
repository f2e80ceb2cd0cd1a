// What the screen is shown of stored candles where several series of one instrument cover different times.
import { describe, expect, it } from 'vitest'
import { candleHistory } from '../../src-main/lab/service/candle-history.ts'
import { refOf, START_MS, importCandles, minutes, openTemporaryStore, wavyCandle } from '../support/market-store.ts'

const HOUR_MS = 3_600_000
const FIVE_MS = 300_000
const ASKED = { venue: 'binanceusdm', instrumentId: 'BTC/USDT:USDT', timeframe: '5m' } as const

/** Five-minute candles of the first day, and minutes of a day that lies ten days later. */
function storeOfTwoTimes() {
  const store = openTemporaryStore()
  const fives = Array.from({ length: 288 }, (_, row) => wavyCandle(START_MS + row * FIVE_MS))
  importCandles(store, fives, refOf('candles', '5m'))
  importCandles(store, minutes(10 * 1440, 11 * 1440))
  return store
}

describe('stored candles for the screen', () => {
  it('are built from the shorter series where the longer one does not reach', () => {
    const store = storeOfTwoTimes()
    const beforeMs = START_MS + 10 * 24 * HOUR_MS + 6 * HOUR_MS
    const page = candleHistory(store, { ...ASKED, beforeMs, limit: 12 })
    expect(page.openTimeMs).toEqual(Array.from({ length: 12 }, (_, bar) => beforeMs - (12 - bar) * FIVE_MS))
    expect(page.open[0]).toBe(wavyCandle(beforeMs - HOUR_MS).open)
    expect(page.more).toBe(true)
  })

  it('lead page by page from one series into the other, and end at the oldest', () => {
    const store = storeOfTwoTimes()
    const seen: number[] = []
    for (let beforeMs: number | null = null; ;) {
      const page = candleHistory(store, { ...ASKED, beforeMs, limit: 200 })
      seen.unshift(...page.openTimeMs)
      if (!page.more) break
      beforeMs = page.openTimeMs[0] ?? 0
    }
    const day = (from: number): number[] => Array.from({ length: 288 }, (_, bar) => from + bar * FIVE_MS)
    expect(seen).toEqual([...day(START_MS), ...day(START_MS + 10 * 24 * HOUR_MS)])
  })

  it('are the stored ones where both reach', () => {
    const store = openTemporaryStore()
    importCandles(store, minutes(0, 600))
    importCandles(store, [{ ...wavyCandle(START_MS + HOUR_MS), volume: 77 }], refOf('candles', '1h'))
    const page = candleHistory(store, { ...ASKED, timeframe: '1h', beforeMs: START_MS + 2 * HOUR_MS, limit: 1 })
    expect(page.volume).toEqual([77])
  })
})
