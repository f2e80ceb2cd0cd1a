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
})
