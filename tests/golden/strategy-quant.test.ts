// Pins every signal of IMBA, TB, FS and MC on real candles. A change here is a change of what the program trades, and belongs in the changelog.
// Update with `vitest run -u` after reading the difference. MC is also held against history: it must buy after the falls of the hash rate that are publicly
// known (March and May 2020, autumn 2020, and 2021, when the miners of China were switched off).
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Signal } from '../../src-shared/domain/decision.ts'
import { MEASURE_INDEX } from '../../src-shared/domain/measure.ts'
import { HOUR_MS } from '../../src-shared/domain/time.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { CandleBuffer, loadCandle } from '../../src-main/core/features/feature-set.ts'
import { CandleAggregator } from '../../src-main/core/market/candle-aggregator.ts'
import type { CandleColumns } from '../../src-main/core/ports/market-feed.ts'
import { createFundingSqueeze } from '../../src-main/core/strategies/funding-squeeze.ts'
import { createImba } from '../../src-main/core/strategies/imba/imba.ts'
import { createMinerCapitulation } from '../../src-main/core/strategies/miner-capitulation.ts'
import { createTrendBreakout } from '../../src-main/core/strategies/trend-breakout.ts'
import { candlesFromCsv, dailyCandles, fourHourCandles, realCandles, signalsOf } from '../support/strategy-candles.ts'

type Said = readonly { openTimeMs: number; signal: Signal }[]
const dayOf = (openTimeMs: number): string => new Date(openTimeMs).toISOString().slice(0, 10)

/** One line per signal, with the numbers of `why` that are named. */
function csvOf(said: Said, reasons: readonly string[]): string {
  const lines = said.map(({ openTimeMs, signal }) => {
    const { direction, strength, stopPrice, chandelierDistance, regime, why, filters } = signal
    const refused = filters.find(({ passed }) => !passed)?.code ?? ''
    const values = reasons.map((name) => why[name] ?? '')
    return [
      new Date(openTimeMs).toISOString(),
      direction,
      strength,
      stopPrice,
      chandelierDistance,
      regime?.regime,
      refused,
      ...values,
    ].join(',')
  })
  return `${['openTime,direction,strength,stopPrice,chandelierDistance,regime,refused', ...reasons].join(',')}\n${lines.join('\n')}\n`
}
const snapshotOf = (name: string): string => `../fixtures/strategies/${name}.signals.csv`

it('imba says the same on 1500 candles of five minutes', async () => {
  const said = signalsOf(createImba(), realCandles())
  expect(said.some(({ signal }) => signal.filters.every(({ passed }) => passed))).toBe(true)
  await expect(csvOf(said, ['confluence'])).toMatchFileSnapshot(snapshotOf('imba'))
})

it('tb says the same on 2400 candles of four hours', async () => {
  const said = signalsOf(createTrendBreakout(), fourHourCandles())
  // From December 2023 on the price broke out upwards above its daily average and never downwards below it.
  expect(new Set(said.map(({ signal }) => signal.direction))).toEqual(new Set(['buy']))
  await expect(csvOf(said, ['channel', 'ema_200_daily'])).toMatchFileSnapshot(snapshotOf('tb'))
})

describe('mc', () => {
  const { columns, hashRates } = dailyCandles()
  const said = signalsOf(createMinerCapitulation(), columns, {
    measuresAt(openTimeMs, measures) {
      measures[MEASURE_INDEX.hash_rate] = hashRates.get(openTimeMs) ?? NaN
    },
  })

  it('says the same on the daily candles of 2020 and 2021', async () => {
    await expect(csvOf(said, ['capitulationDays', 'capitulationDepth'])).toMatchFileSnapshot(snapshotOf('mc'))
  })

  it('buys after the known capitulations, and after a shallow one in May 2021, and calls that of 2021 the deepest', () => {
    expect(said.map(({ openTimeMs }) => dayOf(openTimeMs).slice(0, 7))).toEqual(['2020-04', '2020-07', '2020-12', '2021-05', '2021-08'])
    const depths = said.map(({ signal }) => Number(signal.why['capitulationDepth']))
    expect(Math.max(...depths)).toBe(depths.at(-1))
    expect(depths.at(-1)).toBeGreaterThan(0.15)
  })
})

describe('fs', () => {
  const market = path.join(import.meta.dirname, '../../assets/market')

  function bundledHours(): CandleColumns {
    const recording = openRecording(market)
    if (!recording.ok) throw new Error(recording.error)
    const minutes = recording.value.series[0]?.candles
    if (minutes === undefined) throw new Error('the recording is empty')
    const aggregator = new CandleAggregator('1m')
    const rows: string[] = ['header']
    const candle = new CandleBuffer()
    for (let i = 0; i < minutes.close.length; i += 1) {
      loadCandle(candle, minutes, i)
      aggregator.add(candle, (index) => {
        const bar = aggregator.bars[index]
        if (bar?.timeframe === '1h') rows.push([bar.openTimeMs, bar.open, bar.high, bar.low, bar.close, bar.volume].join(','))
      })
    }
    return candlesFromCsv(rows.join('\n'))
  }

  it('says the same on the bundled recording with the funding that was settled in it', async () => {
    const lines = readFileSync(path.join(market, 'BTCUSDT-funding.csv'), 'utf8').trim().split('\n').slice(1)
    const settled = lines.map((line) => line.split(',').map(Number))
    const said = signalsOf(createFundingSqueeze(), bundledHours(), {
      measuresAt(openTimeMs, measures) {
        const [, rate = NaN] = settled.findLast(([ms = NaN]) => ms <= openTimeMs + HOUR_MS) ?? []
        measures[MEASURE_INDEX.funding_rate] = rate
      },
    })
    expect(said.length).toBeGreaterThan(0)
    await expect(csvOf(said, ['z', 'funding_rate'])).toMatchFileSnapshot(snapshotOf('fs'))
  })
})
