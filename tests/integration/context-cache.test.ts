// Proves on real files that what the sources said is remembered, bounded in size, and never in the way: a damaged file is set aside, one that
// cannot be used is done without, and both are said.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { type ContextCache, HEADLINES_KEPT, openContextCache } from '../../src-main/adapters/context/context-cache.ts'
import { MIGRATIONS } from '../../src-main/adapters/context/schema.ts'
import type { SourcePoint } from '../../src-main/adapters/context/source.ts'
import { thinnedRows } from '../../src-main/adapters/context/thinning.ts'
import type { Headline } from '../../src-main/core/ports/context-feed.ts'
import { BTC, ETH } from '../support/context-loopback.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 5, 10)
const newFile = (): string => join(temporaryDir(), 'context.db')

type Opened = { readonly cache: ContextCache; readonly troubles: string[] }
function open(file: string, retentionMs = 365 * DAY_MS): Opened {
  const troubles: string[] = []
  const cache = openContextCache(file, { nowMs: () => NOW_MS, retentionMs, onTrouble: (message) => void troubles.push(message) })
  return { cache, troubles }
}
const point = (tsMs: number, value: number, instrumentId = BTC): SourcePoint => ({ measure: 'taker_ratio', instrumentId, tsMs, value })
const headline = (number: number): Headline => ({
  id: String(number).padStart(6, '0'),
  tsMs: NOW_MS - DAY_MS + number,
  source: 'Example',
  title: `Headline ${number}`,
  link: null,
  sentiment: -0.25,
  assets: number % 2 === 0 ? [] : ['BTC', 'ETH'],
})
const all = (cache: ContextCache, pointsMax = 5_000) =>
  cache.history({ measure: 'taker_ratio', instrumentId: BTC, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, pointsMax })

describe('the memory of the sources', () => {
  it('holds values, rows and headlines across a start, readable by its owner alone', () => {
    const file = newFile()
    const first = open(file)
    first.cache.addPoints([point(1_000, 1.5), point(2_000, 1.25), { measure: 'fear_greed', instrumentId: null, tsMs: 500, value: 30 }], 0)
    first.cache.addArchived({ measure: 'taker_ratio', instrumentId: ETH }, [point(3_000, 2, ETH)], 3_000)
    first.cache.addHeadlines([headline(1), headline(2)])
    first.cache.close()
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    const { cache, troubles } = open(file)
    expect(cache.lastValues()).toEqual([
      { measure: 'fear_greed', instrumentId: null, tsMs: 500, value: 30 },
      point(2_000, 1.25),
      point(3_000, 2, ETH),
    ])
    expect(all(cache)).toEqual([
      { tsMs: 1_000, value: 1.5 },
      { tsMs: 2_000, value: 1.25 },
    ])
    expect(cache.reachedMs({ measure: 'taker_ratio', instrumentId: ETH })).toBe(3_000)
    expect(cache.headlines(0, 10)).toEqual([headline(2), headline(1)])
    expect(cache.headlines(headline(2).tsMs, 10)).toEqual([headline(2)])
    expect([...cache.unknownHeadlines(['000001', '000003'])]).toEqual(['000003'])
    expect(troubles).toEqual([])
    cache.close()
  })

  it('keeps the newest value whatever comes late, and takes what a source revised', () => {
    const { cache } = open(newFile())
    cache.addPoints([point(2_000, 1)], 0)
    cache.addPoints([point(1_000, 9)], 0)
    expect(cache.lastValues()).toEqual([point(2_000, 1)])
    cache.addPoints([point(2_000, 1.1)], 0)
    expect(cache.lastValues()).toEqual([point(2_000, 1.1)])
    expect(all(cache)).toEqual([
      { tsMs: 1_000, value: 9 },
      { tsMs: 2_000, value: 1.1 },
    ])
    cache.close()
  })

  it('lets what a clock that was ahead has stamped hold nothing back, neither the last value nor a row', () => {
    const { cache } = open(newFile())
    const early = NOW_MS - 600_000
    cache.addPoints([point(early, 1)], 300_000)
    cache.addPoints([point(NOW_MS + 7_200_000, 9)], 300_000)
    expect(cache.lastValues()).toEqual([point(NOW_MS + 7_200_000, 9)])
    cache.addPoints([point(NOW_MS, 2)], 300_000)
    expect(cache.lastValues()).toEqual([point(NOW_MS, 2)])
    expect(all(cache).map(({ tsMs }) => tsMs)).toEqual([early, NOW_MS, NOW_MS + 7_200_000])
    // Rows still keep their distance from those that are right.
    cache.addPoints([point(NOW_MS - 1, 3)], 300_000)
    expect(all(cache).map(({ tsMs }) => tsMs)).toEqual([early, NOW_MS, NOW_MS + 7_200_000])
    expect(cache.lastValues()).toEqual([point(NOW_MS, 2)])
    cache.close()
  })

  it('keeps one row per step of what is asked for more often', () => {
    const { cache } = open(newFile())
    for (let second = 0; second < 900; second += 10) cache.addPoints([point(second * 1_000, second)], 300_000)
    expect(all(cache).map(({ tsMs }) => tsMs)).toEqual([0, 300_000, 600_000])
    expect(cache.lastValues()).toEqual([point(890_000, 890)])
    cache.close()
  })

  it.each([2, 3, 7, 99, 100, 101, 5_000])('thins a hundred rows to %i as evenly as the rows of a recording', (pointsMax) => {
    const { cache } = open(newFile())
    cache.addPoints(
      Array.from({ length: 100 }, (_, row) => point(row * 300_000, row)),
      0,
    )
    expect(all(cache, pointsMax).map(({ value }) => value)).toEqual(thinnedRows(100, pointsMax))
    expect(all(cache, pointsMax).at(-1)?.value).toBe(99)
    cache.close()
  })

  it('forgets rows after their time, daily ones and last values never within ten years, and headlines beyond two thousand', () => {
    const { cache } = open(newFile(), 30 * DAY_MS)
    const old = NOW_MS - 31 * DAY_MS
    cache.addPoints([point(old, 1), point(NOW_MS, 2), { measure: 'fear_greed', instrumentId: null, tsMs: old, value: 30 }], 0)
    cache.addPoints([point(old, 3, ETH)], 0)
    cache.prune()
    expect(all(cache)).toEqual([{ tsMs: NOW_MS, value: 2 }])
    expect(cache.history({ measure: 'fear_greed', instrumentId: null, fromMs: 0, toMs: NOW_MS, pointsMax: 9 })).toHaveLength(1)
    expect(cache.lastValues()).toContainEqual(point(old, 3, ETH))
    for (let from = 0; from < HEADLINES_KEPT + 500; from += 100)
      cache.addHeadlines(Array.from({ length: 100 }, (_, at) => headline(from + at)))
    const kept = cache.headlines(0, 1_000_000)
    expect([kept.length, kept.at(-1)?.id, kept[0]?.id]).toEqual([HEADLINES_KEPT, '000500', '002499'])
    cache.close()
  })
})

describe('a file that cannot be used', () => {
  it('is set aside unchanged when it is damaged, and a new one is begun', () => {
    const file = newFile()
    writeFileSync(file, 'this is no database, though it is long enough to look like one'.repeat(100))
    const { cache, troubles } = open(file)
    cache.addPoints([point(1, 1)], 0)
    cache.close()
    const aside = readdirSync(dirname(file)).find((name) => name.startsWith('context.db.damaged-')) ?? expect.fail('nothing was set aside')
    expect(readFileSync(join(dirname(file), aside), 'utf8')).toContain('this is no database')
    expect(troubles).toEqual([
      expect.stringMatching(/^The memory of the sources was damaged\. It was set aside as .*context\.db\.damaged-2026-06-10T/),
    ])
    expect(open(file).cache.lastValues()).toEqual([point(1, 1)])
  })

  it('is set aside when its pages are torn', () => {
    const file = newFile()
    const first = open(file)
    first.cache.addPoints(
      Array.from({ length: 5_000 }, (_, row) => point(row, row)),
      0,
    )
    first.cache.close()
    const bytes = readFileSync(file)
    bytes.fill(0xab, 8_192, bytes.length - 4_096)
    writeFileSync(file, bytes)
    const { cache, troubles } = open(file)
    expect(troubles).toHaveLength(1)
    expect(cache.lastValues()).toEqual([])
    cache.close()
  })

  it('is left alone when a later program wrote it', () => {
    const file = newFile()
    open(file).cache.close()
    const db = new Database(file)
    db.pragma(`user_version = ${MIGRATIONS.length + 1}`)
    db.close()
    const { cache, troubles } = open(file)
    expect(troubles).toEqual([
      expect.stringContaining(`it has schema version ${MIGRATIONS.length + 1}, this program knows ${MIGRATIONS.length}`),
    ])
    cache.addPoints([point(1, 1)], 0)
    expect(cache.lastValues()).toEqual([point(1, 1)])
    cache.close()
    expect(readdirSync(dirname(file)).some((name) => name.includes('damaged'))).toBe(false)
  })

  it('is done without where a folder stands in its place', () => {
    const file = newFile()
    mkdirSync(file)
    const { cache, troubles } = open(file)
    cache.addHeadlines([headline(1)])
    expect(cache.headlines(0, 1)).toHaveLength(1)
    expect(troubles).toEqual([expect.stringContaining('are not remembered across starts')])
    expect(existsSync(`${file}-wal`)).toBe(false)
  })

  it('that fills up while it is used costs a sentence an hour, not the program', () => {
    const file = newFile()
    const { cache, troubles } = open(file)
    const db = new Database(file)
    db.exec('DROP TABLE measure_points')
    db.close()
    cache.addPoints([point(1, 1)], 0)
    cache.addPoints([point(2, 1)], 0)
    expect(all(cache)).toEqual([])
    expect(troubles).toEqual([expect.stringContaining('the sources go on without their memory')])
    cache.close()
  })
})
