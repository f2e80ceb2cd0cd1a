// Proves that a screen gets the candles and indicators it asks for, oldest first, bounded, and a sentence for what does not exist.
import { describe, expect, it } from 'vitest'
import { ChartStore } from '../../src-main/engine/chart-store.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'

const BTC = instrumentId('BTC/USDT:USDT')
const bar = (minute: number) => ({
  openTimeMs: minute * 60_000,
  open: 100,
  high: 100 + minute,
  low: 99,
  close: 100 + minute / 2,
  volume: 1,
})
const storeOf = (minutes: number): ChartStore => {
  const store = new ChartStore([BTC])
  for (let minute = 0; minute < minutes; minute += 1) store.add(BTC, '1m', bar(minute))
  return store
}

describe('the chart store', () => {
  it('gives the newest candles before a time, oldest first, and says whether there are more', () => {
    const history = storeOf(50).history({ instrumentId: BTC, timeframe: '1m', beforeMs: 40 * 60_000, limit: 3 })
    expect(history).toMatchObject({ ok: true, value: { openTimeMs: [37, 38, 39].map((minute) => minute * 60_000), more: true } })
    const all = storeOf(2).history({ instrumentId: BTC, timeframe: '1m', beforeMs: null, limit: 5 })
    expect(all).toMatchObject({ ok: true, value: { close: [100, 100.5], more: false } })
  })

  it('keeps each timeframe apart and ignores a bar that it has already', () => {
    const store = storeOf(3)
    store.add(BTC, '1m', bar(2))
    store.add(BTC, '5m', bar(0))
    expect(store.history({ instrumentId: BTC, timeframe: '1m', beforeMs: null, limit: 10 })).toMatchObject({
      ok: true,
      value: { openTimeMs: { length: 3 } },
    })
    expect(store.history({ instrumentId: BTC, timeframe: '5m', beforeMs: null, limit: 10 })).toMatchObject({
      ok: true,
      value: { openTimeMs: { length: 1 } },
    })
  })

  it('gives indicators for the candles asked for, null while they warm up', () => {
    const asked = { instrumentId: BTC, timeframe: '1m' as const, names: ['sma_3'], fromMs: 60_000, toMs: 4 * 60_000 }
    expect(storeOf(10).indicators(asked)).toEqual({
      ok: true,
      value: { openTimeMs: [1, 2, 3, 4].map((minute) => minute * 60_000), series: { sma_3: [null, 100.5, 101, 101.5] } },
    })
  })

  it('refuses an instrument and an indicator that do not exist, by name', () => {
    expect(storeOf(1).history({ instrumentId: 'DOGE/USDT:USDT', timeframe: '1m', beforeMs: null, limit: 1 })).toMatchObject({
      ok: false,
      error: expect.stringContaining('DOGE'),
    })
    const asked = { instrumentId: BTC, timeframe: '1m' as const, names: ['emu_21'], fromMs: 0, toMs: 1 }
    expect(storeOf(1).indicators(asked)).toMatchObject({ ok: false, error: expect.stringContaining('ema_') })
  })

  it('names the regime of each candle as the strategies do, unknown while their features warm up', () => {
    const regimes = storeOf(700).regimes({
      instrumentId: BTC,
      timeframe: '1m',
      classifier: 'imba-3',
      fromMs: 500 * 60_000,
      toMs: 620 * 60_000,
    })
    expect(regimes).toMatchObject({ ok: true, value: { regimes: ['volatile', 'trend', 'flat'] } })
    if (!regimes.ok) throw new Error(regimes.error)
    const { openTimeMs, index } = regimes.value
    expect([openTimeMs[0], openTimeMs.at(-1), index.length]).toEqual([500 * 60_000, 620 * 60_000, 121])
    expect(index[0]).toBe(-1)
    expect(index.at(-1)).toBeGreaterThanOrEqual(0)
  })

  it('adds the volume of a range up by price: each candle spread over its own range', () => {
    const profile = storeOf(11).profile({ instrumentId: BTC, timeframe: '1m', fromMs: 0, toMs: 10 * 60_000, bins: 11 })
    if (!profile.ok || profile.value === null) throw new Error('a profile')
    const { low, step, volumes, pointOfControl, valueLow, valueHigh } = profile.value
    expect([low, step]).toEqual([99, 1])
    expect(volumes.reduce((sum, volume) => sum + volume, 0)).toBeCloseTo(11, 10)
    // Every candle reaches down to 99: the lowest bin has the most.
    expect(pointOfControl).toBe(99.5)
    expect([valueLow, valueHigh > 101]).toEqual([99, true])
  })

  it('has no profile where there are no candles, and none of what is not traded', () => {
    const range = { timeframe: '1m', fromMs: 100 * 60_000, toMs: 200 * 60_000, bins: 20 } as const
    expect(storeOf(3).profile({ instrumentId: BTC, ...range })).toEqual({ ok: true, value: null })
    expect(storeOf(3).profile({ instrumentId: 'DOGE/USDT:USDT', ...range })).toMatchObject({ ok: false })
    expect(storeOf(3).regimes({ instrumentId: 'DOGE/USDT:USDT', classifier: 'flow-5', ...range })).toMatchObject({ ok: false })
  })
})
