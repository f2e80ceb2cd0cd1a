// Headlines as publishers offer them for reading elsewhere: RSS 2.0 feeds (https://www.rssboard.org/rss-specification). Only title, link and
// time are read.
import { hash } from 'node:crypto'
import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'
import type { ContextSourceId } from '../../../../src-shared/config/settings.ts'
import { type Result, err, ok } from '../../../../src-shared/domain/result.ts'
import { SOURCES } from '../catalogue.ts'
import type { HostId } from '../hosts.ts'
import type { LiveSource, RawHeadline } from '../source.ts'

const TITLE_LENGTH_MAX = 400
const LINK_LENGTH_MAX = 600
const ITEMS_MAX = 200

const Item = z.object({ title: z.string(), link: z.string().optional(), pubDate: z.string() })
const Channel = z.object({ rss: z.object({ channel: z.object({ item: z.array(z.unknown()).default([]) }) }) })

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  htmlEntities: true,
  // Whole articles: not read, so not parsed.
  stopNodes: ['*.description', '*.content:encoded'],
  isArray: (_name, path) => path === 'rss.channel.item',
})

function feed(id: ContextSourceId, publisher: string, place: { host: HostId; path: string }): LiveSource {
  return {
    info: SOURCES[id],
    accept: 'application/rss+xml, application/xml;q=0.9, text/xml;q=0.8',
    bytesMax: 4_000_000,
    historyStepMs: 0,
    requests: () => [{ ...place, instrument: null }],
    parse(text, _request, receivedMs) {
      const headlines = parseRss(text, publisher, receivedMs)
      return headlines.ok ? ok({ points: [], headlines: headlines.value }) : headlines
    },
  }
}

/**
 * The items that have a title and a time, in the order of the feed, at most 200. An item published in the future counts from now. The error
 * is one sentence: not XML, not RSS 2.0, or not one item that can be read.
 */
export function parseRss(text: string, publisher: string, receivedMs: number): Result<readonly RawHeadline[], string> {
  // No feed needs one, and it could define entities that grow without bound.
  if (/<!DOCTYPE/i.test(text)) return err('the feed has a document type declaration, which is not read')
  let xml: unknown
  // Without the strict check: publishers leave a bare & in a title now and then, and the rest of the feed is good all the same.
  try {
    xml = parser.parse(text)
  } catch (error) {
    return err(`the feed cannot be read as XML: ${error instanceof Error ? error.message : String(error)}`)
  }
  const channel = Channel.safeParse(xml)
  if (!channel.success) return err('the answer is not an RSS 2.0 feed: it has no channel')
  const items = channel.data.rss.channel.item.slice(0, ITEMS_MAX)
  const headlines = items.flatMap((item) => headlineOf(item, publisher, receivedMs))
  return items.length > 0 && headlines.length === 0 ? err(`none of ${items.length} items has a title and a time`) : ok(headlines)
}

function headlineOf(item: unknown, publisher: string, receivedMs: number): RawHeadline[] {
  const parsed = Item.safeParse(item)
  if (!parsed.success) return []
  const title = parsed.data.title.replace(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH_MAX)
  const tsMs = Date.parse(parsed.data.pubDate)
  if (title === '' || Number.isNaN(tsMs)) return []
  const link = webLink(parsed.data.link)
  const id = hash('sha256', `${publisher}\n${link ?? title}`, 'hex').slice(0, 32)
  return [{ id, tsMs: Math.min(tsMs, receivedMs), source: publisher, title, link }]
}

/** Only what a browser opens as a page: a feed must not hand the screen a script or a file. */
function webLink(text: string | undefined): string | null {
  const link = text?.trim() ?? ''
  if (link.length > LINK_LENGTH_MAX || !URL.canParse(link)) return null
  return ['https:', 'http:'].includes(new URL(link).protocol) ? link : null
}

export const HEADLINE_FEEDS: readonly LiveSource[] = [
  feed('headlines_coindesk', 'CoinDesk', { host: 'coindesk', path: '/arc/outboundfeeds/rss/' }),
  feed('headlines_cointelegraph', 'Cointelegraph', { host: 'cointelegraph', path: '/rss' }),
  feed('headlines_decrypt', 'Decrypt', { host: 'decrypt', path: '/feed' }),
]
