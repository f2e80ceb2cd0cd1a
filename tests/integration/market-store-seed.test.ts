// Proves that the recordings which come with the program are in the store after the first start, once, and that they agree with each other.
import path from 'node:path'
import { expect, it } from 'vitest'
import { seedBundled } from '../../src-main/lab/seed-bundled.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { toText } from '../../src-shared/domain/decimal.ts'
import type { SeriesId } from '../../src-shared/domain/series.ts'
import { EVERYTHING, NOW_MS, openTemporaryStore, temporaryStoreFile } from '../support/market-store.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const ASSETS = path.resolve(import.meta.dirname, '../../assets')
const idOf = (series: string): SeriesId => `binanceusdm|${series}` as SeriesId

it('puts both recordings into an empty store, with their funding and the hours before them', () => {
  const store = openTemporaryStore()
  const seeded = seedBundled(store, ASSETS, NOW_MS)
  expect(seeded.ok && [...seeded.value].toSorted()).toEqual(store.list().map(({ id }) => id))
  expect(store.list().map(({ id, rows, missing, conflicts, sources }) => [id, rows, missing, conflicts, sources.length])).toMatchObject([
    [idOf('BTC/USDT:USDT|candles|1h'), 10_066 + 5_832, 5_832, 0, 2],
    [idOf('BTC/USDT:USDT|candles|1m'), 73_139, 0, 0, 1],
    [idOf('BTC/USDT:USDT|candles|5m'), 69_984, 0, 0, 1],
    [idOf('BTC/USDT:USDT|funding|-'), 730 + 314, 1_673, 0, 2],
    [idOf('ETH/USDT:USDT|candles|1h'), 10_066 + 5_832, 5_832, 0, 2],
    [idOf('ETH/USDT:USDT|candles|1m'), 73_140, 0, 0, 1],
    [idOf('ETH/USDT:USDT|candles|5m'), 69_984, 0, 0, 1],
    [idOf('ETH/USDT:USDT|funding|-'), 730 + 314, 1_673, 0, 2],
  ])
  const recording = openRecording(path.join(ASSETS, 'market'))
  if (!recording.ok) throw new Error(recording.error)
  expect(store.candles(idOf('BTC/USDT:USDT|candles|1m'), EVERYTHING)).toEqual(recording.value.series[0]?.candles)
  const instrument = store.instrument('binanceusdm', 'BTC/USDT:USDT')
  expect(instrument).toEqual(recording.value.instruments[0])
  expect(instrument && toText(instrument.minNotional)).toBe('100')
  const { crossChecks, instrumentFrom } = store.passport(idOf('BTC/USDT:USDT|candles|1h'))
  expect(instrumentFrom).toBe('bundled')
  expect(crossChecks.map(({ compared, different }) => [compared, different])).toEqual([
    [1_218, 0],
    [5_832, 0],
  ])
})

it('does it once: not at the next start, and not after somebody deleted a series', () => {
  const file = temporaryStoreFile()
  const store = openTemporaryStore(file)
  seedBundled(store, ASSETS, NOW_MS)
  store.delete(idOf('BTC/USDT:USDT|candles|1m'))
  const before = store.list()
  store.close()
  const again = openTemporaryStore(file)
  expect(seedBundled(again, ASSETS, NOW_MS + 1)).toEqual({ ok: true, value: [] })
  expect(again.list()).toEqual(before)
})

it('says in a sentence when the recordings are not there', () => {
  const result = seedBundled(openTemporaryStore(), temporaryDir(), NOW_MS)
  expect(result).toMatchObject({ ok: false, error: expect.stringContaining('manifest.json cannot be read') })
})
