// Proves that each source reads the answers that its publisher really gives, and refuses what is none of them with one clear sentence.
import { describe, expect, it } from 'vitest'
import type { ContextRequest, LiveSource } from '../../src-main/adapters/context/source.ts'
import { SOURCED_MEASURES, SOURCES } from '../../src-main/adapters/context/catalogue.ts'
import { LIVE_SOURCES } from '../../src-main/adapters/context/sources/all.ts'
import { ARCHIVED } from '../../src-main/adapters/context/sources/positioning.ts'
import { parseRss } from '../../src-main/adapters/context/sources/headlines.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { BTC, FEED_XML, INSTRUMENTS, recordedAnswer } from '../support/context-loopback.ts'

const RECEIVED_MS = Date.UTC(2026, 0, 1)
const sourceOf = (id: string): LiveSource => {
  const found = LIVE_SOURCES.find(({ info }) => info.id === id)
  if (found === undefined) throw new Error(`no source ${id}`)
  return found
}
const requestOf = (id: string): ContextRequest => {
  const [request] = sourceOf(id).requests(INSTRUMENTS)
  if (request === undefined) throw new Error(`${id} asks nothing`)
  return request
}
const pathOf = (id: string): string => new URL(requestOf(id).path, 'http://x').pathname
const pointsOf = (id: string) => {
  const parsed = sourceOf(id).parse(recordedAnswer(pathOf(id)), requestOf(id), RECEIVED_MS)
  return parsed.ok ? parsed.value.points : parsed.error
}

describe('a recorded answer', () => {
  it.each([
    ['fear_greed', { instrumentId: null, tsMs: 1551157200_000, value: 40 }],
    ['btc_dominance', { instrumentId: null, tsMs: 1662035545_000, value: 0.3753026055852505 }],
    ['hash_rate', { instrumentId: null, tsMs: Date.UTC(2022, 0, 1) }],
    ['funding_rate', { instrumentId: BTC, tsMs: 1687244112000, value: 0.00001226 }],
    ['spot_price', { instrumentId: BTC, tsMs: RECEIVED_MS, value: 6622.57 }],
    ['open_interest', { instrumentId: BTC, tsMs: 1702244985273, value: 83782.317 }],
    ['top_long_short_ratio', { instrumentId: BTC, tsMs: 1600473600000, value: 1.1153 }],
    ['global_long_short_ratio', { instrumentId: BTC, tsMs: 1602821100000 }],
    ['taker_ratio', { instrumentId: BTC, tsMs: 1585614900000, value: 1.5586 }],
  ])('of %s ends with its newest value', (id, expected) => {
    const points = pointsOf(id)
    expect(Array.isArray(points) && points.at(-1)).toMatchObject({ measure: id, ...expected })
  })

  it('of the open interest of thirty days is read by the archive', () => {
    const [openInterest] = ARCHIVED
    const rows = openInterest?.parse(recordedAnswer('/futures/data/openInterestHist'), requestOf('open_interest'))
    expect(rows?.ok && rows.value.points).toEqual([{ measure: 'open_interest', instrumentId: BTC, tsMs: 1602989400000, value: 36316.877 }])
  })

  it('comes in order of time, whatever the order of the answer', () => {
    const points = pointsOf('fear_greed')
    expect(Array.isArray(points) && points.map(({ value }) => value)).toEqual([47, 40])
  })

  it('leaves out a day that is not over', () => {
    const answer = sourceOf('hash_rate').parse(recordedAnswer('/charts/hash-rate'), requestOf('hash_rate'), Date.UTC(2021, 11, 31, 23))
    expect(answer.ok && answer.value.points.map(({ tsMs }) => new Date(tsMs).toISOString().slice(0, 10))).toEqual([
      '2021-12-30',
      '2021-12-31',
    ])
  })
})

describe('an answer that is none', () => {
  it.each([
    ['fear_greed', '<html>sorry</html>', 'the answer is not JSON: it begins with "<html>sorry</html>"'],
    ['fear_greed', '{"data":[]}', 'data is []'],
    ['fear_greed', '{"data":[{"value":"101","timestamp":"1551157200"}]}', 'data.0.value is "101"'],
    ['fear_greed', '{"data":[{"value":"forty","timestamp":"1551157200"}]}', 'data.0.value is "forty"'],
    ['btc_dominance', '{"status":{"error_code":429}}', 'data is missing'],
    [
      'btc_dominance',
      '{"data":{"market_cap_percentage":{"btc":"NaN"},"updated_at":1662035545}}',
      'data.market_cap_percentage.btc is "NaN"',
    ],
    ['hash_rate', '{"unit":"Hash Rate GH/s","values":[{"x":1640908800,"y":1}]}', 'unit is "Hash Rate GH/s"'],
    ['hash_rate', '{"unit":"Hash Rate TH/s","values":[{"x":1900000000,"y":1}]}', 'values holds no day that is over'],
    ['funding_rate', '{"code":-1121,"msg":"Invalid symbol."}', 'lastFundingRate is missing'],
    ['funding_rate', '{"lastFundingRate":"","time":1687244112000}', 'lastFundingRate is ""'],
    ['spot_price', '{"price":"0"}', 'price is "0"'],
    ['spot_price', '{"price":"1e400"}', 'price is "1e400"'],
    ['open_interest', '{"openInterest":"-1","time":1702244985273}', 'openInterest is "-1"'],
    ['open_interest', '{"openInterest":"1","time":17}', 'time is 17'],
    ['taker_ratio', '[{"buySellRatio":null,"timestamp":1585614900000}]', '0.buySellRatio is null'],
    ['top_long_short_ratio', '{}', 'the answer is {}'],
  ])('is refused by %s: %s', (id, text, sentence) => {
    const parsed = sourceOf(id).parse(text, requestOf(id), RECEIVED_MS)
    expect(parsed.ok ? 'no error' : parsed.error).toContain(sentence)
  })
})

describe('a feed of headlines', () => {
  it('gives title, time and link of each item that has a title and a time', () => {
    const headlines = parseRss(FEED_XML, 'Example', RECEIVED_MS)
    expect(
      headlines.ok && headlines.value.map(({ title, tsMs, link, source }) => [title, new Date(tsMs).toISOString(), link, source]),
    ).toEqual([
      [
        'Bitcoin rises above $69,000 in new record high',
        '2024-05-05T14:28:00.000Z',
        'https://news.example.org/markets/bitcoin-record?utm_source=rss&utm_medium=feed',
        'Example',
      ],
      [
        '‘Old-fashioned embezzlement’: where did all of FTX’s money go? & other questions',
        '2024-05-03T09:00:00.000Z',
        'https://news.example.org/ftx',
        'Example',
      ],
      ['A link that is no page', '2024-05-03T06:00:00.000Z', null, 'Example'],
    ])
  })

  it('names the same headline alike whenever it is read, and never dates it in the future', () => {
    const early = parseRss(FEED_XML, 'Example', Date.UTC(2024, 4, 4))
    const late = parseRss(FEED_XML, 'Example', RECEIVED_MS)
    expect(early.ok && early.value.map(({ id }) => id)).toEqual(late.ok && late.value.map(({ id }) => id))
    expect(early.ok && early.value[0]?.tsMs).toBe(Date.UTC(2024, 4, 4))
  })

  it.each([
    ['<!DOCTYPE rss [<!ENTITY a "&b;&b;">]><rss/>', 'document type'],
    ['<html><body>blocked</body></html>', 'not an RSS 2.0 feed'],
    ['{"error":"blocked"}', 'feed'],
    ['', 'feed'],
    ['<rss><channel><item><title>x</title></item></channel></rss>', 'none of 1 items'],
  ])('is refused when it is %s', (text, sentence) => {
    const parsed = parseRss(text, 'Example', RECEIVED_MS)
    expect(parsed.ok ? 'no error' : parsed.error).toContain(sentence)
  })

  it('stays readable when a publisher leaves a bare & in a title, and is cut at 200 items', () => {
    const item = '<item><title>Mergers & gains</title><pubDate>Fri, 03 May 2024 09:00:00 GMT</pubDate></item>'
    const parsed = parseRss(`<rss><channel>${item.repeat(500)}</channel></rss>`, 'Example', RECEIVED_MS)
    expect(parsed.ok && [parsed.value.length, parsed.value[0]?.title]).toEqual([200, 'Mergers & gains'])
  })
})

describe('the catalogue', () => {
  it('has a switch in the settings for every source, and every source that is asked stands in it', () => {
    expect(Object.keys(SOURCES).toSorted()).toEqual(Object.keys(Settings.parse({}).context.sources).toSorted())
    for (const [id, info] of Object.entries(SOURCES)) expect(info.id).toBe(id)
    expect(new Set(LIVE_SOURCES.map(({ info }) => info.id)).size).toBe(LIVE_SOURCES.length)
  })

  it('promises each measure once', () => {
    expect(new Set(SOURCED_MEASURES.map(({ measure }) => measure)).size).toBe(SOURCED_MEASURES.length)
    expect(SOURCED_MEASURES.length).toBe(10)
  })

  it('asks nothing of Binance about markets of other venues', () => {
    const elsewhere = INSTRUMENTS.map((instrument) => ({ ...instrument, venue: 'okx' }))
    expect(sourceOf('funding_rate').requests(elsewhere)).toEqual([])
    expect(sourceOf('fear_greed').requests(elsewhere)).toHaveLength(1)
  })
})
