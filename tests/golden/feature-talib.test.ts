// Proves that what TA-Lib defines agrees with TA-Lib itself (its C code, compiled to WebAssembly) to 1e-9 on real minute candles, value for value
// from the very first one: the same seeds, the same warm-up, the same ties. Its build leaves zeros among the values of BBANDS, STDDEV, STOCH and the
// fast %K of STOCHF: Bollinger Bands and that %K are held against other libraries and their definitions (feature-peers, feature-definitions).
import { createRequire } from 'node:module'
import path from 'node:path'
import * as talib from 'talib-web'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { findFeature } from '../../src-main/core/features/registry.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { expectAgreement, featureOf, minuteCandles, sharedCandles } from '../support/feature-columns.ts'

beforeAll(async () => {
  // Its loader of 2021 takes any global fetch for a browser's, and then cannot read a file.
  vi.stubGlobal('fetch', undefined)
  await talib.init(path.join(path.dirname(createRequire(import.meta.url).resolve('talib-web')), 'talib.wasm'))
  vi.unstubAllGlobals()
})

type Lists = { high: number[]; low: number[]; close: number[]; volume: number[] }
const listsOf = (columns: CandleColumns): Lists => ({
  high: [...columns.high],
  low: [...columns.low],
  close: [...columns.close],
  volume: [...columns.volume],
})

type Case = {
  readonly name: string
  /** The library gives the values from its first one on, at the start of an array that is as long as the input. */
  readonly theirs: (lists: Lists) => number[]
  /** Where it starts later than it could, because it gives two series together. */
  readonly startsAt?: number
}

const CASES: readonly Case[] = [
  { name: 'sma_20', theirs: ({ close }) => talib.SMA({ inReal: close, timePeriod: 20 }).output },
  { name: 'volume_sma_20', theirs: ({ volume }) => talib.SMA({ inReal: volume, timePeriod: 20 }).output },
  { name: 'ema_21', theirs: ({ close }) => talib.EMA({ inReal: close, timePeriod: 21 }).output },
  { name: 'ema_200', theirs: ({ close }) => talib.EMA({ inReal: close, timePeriod: 200 }).output },
  { name: 'wma_20', theirs: ({ close }) => talib.WMA({ inReal: close, timePeriod: 20 }).output },
  { name: 'rsi_14', theirs: ({ close }) => talib.RSI({ inReal: close, timePeriod: 14 }).output },
  {
    name: 'macd_line',
    theirs: ({ close }) => talib.MACD({ inReal: close, fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 }).MACD,
    startsAt: 33,
  },
  { name: 'macd_signal', theirs: ({ close }) => talib.MACD({ inReal: close, fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 }).MACDSignal },
  {
    name: 'macd_histogram',
    theirs: ({ close }) => talib.MACD({ inReal: close, fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 }).MACDHist,
  },
  { name: 'roc_12', theirs: ({ close }) => talib.ROC({ inReal: close, timePeriod: 12 }).output },
  { name: 'trix_15', theirs: ({ close }) => talib.TRIX({ inReal: close, timePeriod: 15 }).output },
  { name: 'linreg_slope_20', theirs: ({ close }) => talib.LINEARREG_SLOPE({ inReal: close, timePeriod: 20 }).output },
  { name: 'atr_14', theirs: (lists) => talib.ATR({ ...lists, timePeriod: 14 }).output },
  { name: 'adx_14', theirs: (lists) => talib.ADX({ ...lists, timePeriod: 14 }).output },
  { name: 'plus_di_14', theirs: (lists) => talib.PLUS_DI({ ...lists, timePeriod: 14 }).output },
  { name: 'minus_di_14', theirs: (lists) => talib.MINUS_DI({ ...lists, timePeriod: 14 }).output },
  {
    name: 'stochastic_d_14_1_3',
    theirs: (lists) => talib.STOCHF({ ...lists, fastK_Period: 14, fastD_Period: 3, fastD_MAType: talib.MAType.SMA }).fastD,
  },
  // Slowed by 3, %K is what %D is without slowing.
  {
    name: 'stochastic_k_14_3_3',
    theirs: (lists) => talib.STOCHF({ ...lists, fastK_Period: 14, fastD_Period: 3, fastD_MAType: talib.MAType.SMA }).fastD,
  },
  {
    name: 'stoch_rsi_k',
    theirs: ({ close }) =>
      talib.STOCHRSI({ inReal: close, timePeriod: 14, fastK_Period: 14, fastD_Period: 3, fastD_MAType: talib.MAType.SMA }).fastK,
    startsAt: 29,
  },
  {
    name: 'stoch_rsi_d',
    theirs: ({ close }) =>
      talib.STOCHRSI({ inReal: close, timePeriod: 14, fastK_Period: 14, fastD_Period: 3, fastD_MAType: talib.MAType.SMA }).fastD,
  },
  { name: 'williams_r_14', theirs: (lists) => talib.WILLR({ ...lists, timePeriod: 14 }).output },
  { name: 'cci_20', theirs: (lists) => talib.CCI({ ...lists, timePeriod: 20 }).output },
  { name: 'aroon_up_25', theirs: (lists) => talib.AROON({ ...lists, timePeriod: 25 }).aroonUp },
  { name: 'aroon_down_25', theirs: (lists) => talib.AROON({ ...lists, timePeriod: 25 }).aroonDown },
  { name: 'aroon_oscillator_25', theirs: (lists) => talib.AROONOSC({ ...lists, timePeriod: 25 }).output },
  { name: 'parabolic_sar', theirs: (lists) => talib.SAR({ ...lists, acceleration: 0.02, maximum: 0.2 }).output },
  { name: 'parabolic_sar_0.05_0.3', theirs: (lists) => talib.SAR({ ...lists, acceleration: 0.05, maximum: 0.3 }).output },
  { name: 'mfi_14', theirs: (lists) => talib.MFI({ ...lists, timePeriod: 14 }).output },
  { name: 'obv', theirs: ({ close, volume }) => talib.OBV({ inReal: close, volume }).output },
]

function check({ name, theirs, startsAt }: Case, columns: CandleColumns): void {
  const spec = findFeature(name)
  if (!spec.ok) throw new Error(spec.error.message)
  const ours = featureOf(name, columns)
  const offset = startsAt ?? spec.value.warmupCandles - 1
  expectAgreement(name, { ours, theirs: theirs(listsOf(columns)).slice(0, ours.length - offset), offset })
}

describe('agreement with TA-Lib', () => {
  const candles = minuteCandles()
  it.each(CASES.map((one) => [one.name, one] as const))('holds for %s from its first value on', (_name, one) => check(one, candles))
})

const SHARED_FILES = ['binance-usdm/BTCUSDT-5m-2023-01_2024-02.csv.gz', 'binance-usdm/SOLUSDT-1m-2025-05-04_2025-06-24.csv.gz']

describe.each(SHARED_FILES)('agreement with TA-Lib over the shared recording %s', (file) => {
  const columns = sharedCandles(file, 20_000)
  it.skipIf(columns === null)('holds for every case (skipped where the recordings are missing)', () => {
    if (columns === null) return
    expect(columns.close.length).toBeGreaterThan(10_000)
    for (const one of CASES) check(one, columns)
  })
})
