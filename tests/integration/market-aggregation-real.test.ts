// Proves on the real market that our longer candles are the exchange's own: the bundled 1m candles added up equal the separately downloaded
// 15m, 1h and 4h candles of four days, and, where the folder of recorded data lies beside the checkout, over every period that both cover.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseCsvColumns } from '../../src-main/adapters/replay/csv-columns.ts'
import { CandleAggregator } from '../../src-main/core/market/candle-aggregator.ts'
import type { Candle } from '../../src-shared/domain/candle.ts'
import { CandleGuard } from '../../src-shared/domain/candle-guard.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'
import { rowsOf } from '../support/market-candles.ts'

const ASSETS = resolve(import.meta.dirname, '../../assets/market')
const FIXTURES = resolve(import.meta.dirname, '../fixtures/market')
const RECORDED = resolve(import.meta.dirname, '../../../shared/data/candles/binance-usdm')
const HEADER = ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'] as const

function candlesOf(path: string): Candle[] {
  const stored = readFileSync(path)
  const columns = parseCsvColumns(path.endsWith('.gz') ? gunzipSync(stored) : stored, HEADER)
  if (!columns.ok) throw new Error(`${path} line ${columns.error.line}: ${columns.error.message}`)
  const [openTimeMs, open, high, low, close, volume] = columns.value
  if (!openTimeMs || !open || !high || !low || !close || !volume) throw new Error(`${path}: columns are missing`)
  return rowsOf({ openTimeMs, open, high, low, close, volume })
}

function aggregate(minutes: readonly Candle[], timeframe: Timeframe): Map<number, Candle> {
  const aggregator = new CandleAggregator('1m')
  const wanted = aggregator.timeframes.indexOf(timeframe)
  const bars = new Map<number, Candle>()
  for (const candle of minutes) {
    aggregator.add(candle, (index) => {
      const bar = aggregator.bars[index]
      if (index !== wanted || bar === undefined) return
      const { openTimeMs, open, high, low, close, volume } = bar
      bars.set(openTimeMs, { openTimeMs, open, high, low, close, volume })
    })
  }
  return bars
}

/** Compares every bar that both sides hold; returns how many those are. Volumes are sums of decimals, so they agree to rounding. */
function compare(ours: ReadonlyMap<number, Candle>, theirs: readonly Candle[]): number {
  let compared = 0
  for (const { openTimeMs, open, high, low, close, volume } of theirs) {
    const bar = ours.get(openTimeMs)
    if (bar === undefined) continue
    expect([bar.open, bar.high, bar.low, bar.close], new Date(openTimeMs).toISOString()).toEqual([open, high, low, close])
    expect(Math.abs(bar.volume - volume)).toBeLessThanOrEqual(1e-9 * volume)
    compared++
  }
  return compared
}

describe('aggregated one-minute candles', () => {
  it.each([
    ['15m', 384],
    ['1h', 96],
    ['4h', 24],
  ] as const)('equal the downloaded %s candles', (timeframe, count) => {
    const theirs = candlesOf(join(FIXTURES, `ETHUSDT-${timeframe}-2025-05-20.csv`))
    expect(compare(aggregate(candlesOf(join(ASSETS, 'ETHUSDT-1m.csv.gz')), timeframe), theirs)).toBe(count)
  })

  it('pass the guard: the bundled recording has neither a bad candle nor a gap', () => {
    for (const file of ['BTCUSDT-1m.csv.gz', 'ETHUSDT-1m.csv.gz']) {
      const guard = new CandleGuard(60_000)
      for (const candle of candlesOf(join(ASSETS, file))) {
        expect(guard.check(candle)).toBeNull()
        expect(guard.missing).toBe(0)
      }
    }
  })

  describe.skipIf(!existsSync(RECORDED))(
    `equal the downloaded ones over 51 days${existsSync(RECORDED) ? '' : `: skipped, ${RECORDED} is not there`}`,
    () => {
      it.each(['BTCUSDT', 'ETHUSDT'])('for %s', (symbol) => {
        const minutes = candlesOf(join(RECORDED, `${symbol}-1m-2025-05-04_2025-06-24.csv.gz`))
        for (const timeframe of ['15m', '1h', '4h'] as const) {
          const ours = aggregate(minutes, timeframe)
          expect(compare(ours, candlesOf(join(RECORDED, `${symbol}-${timeframe}-2023-01_2025-06.csv.gz`)))).toBe(ours.size)
        }
      })
    },
  )
})
