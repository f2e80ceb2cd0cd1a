// Every source on one loopback server, which answers as its test says and remembers what it was asked.
import { readFileSync } from 'node:fs'
import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { HOSTS, type HostTable } from '../../src-main/adapters/context/hosts.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures/context')
const recorded: { cases: readonly { name: string; path: string; body: string }[] } = JSON.parse(
  readFileSync(path.join(FIXTURES, 'answers.json'), 'utf8'),
)
/** The recorded answer of this path. */
export function recordedAnswer(atPath: string): string {
  const found = recorded.cases.find((each) => each.path === atPath)
  if (found === undefined) throw new Error(`no recorded answer for ${atPath}`)
  return found.body
}
export const FEED_XML = readFileSync(path.join(FIXTURES, 'feed.xml'), 'utf8')

const market = openRecording(path.resolve(import.meta.dirname, '../../assets/market'))
if (!market.ok) throw new Error(market.error)
export const RECORDING = market.value
/** BTC and ETH of Binance USDT-M. */
export const INSTRUMENTS: readonly Instrument[] = RECORDING.instruments
export const BTC = instrumentId('BTC/USDT:USDT')
export const ETH = instrumentId('ETH/USDT:USDT')
export const CONTEXT_SETTINGS = Settings.parse({}).context

export type Asked = { readonly path: string; readonly query: URLSearchParams; readonly headers: IncomingHttpHeaders }
export type Reply = { readonly status?: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
/** Undefined means that no answer comes. */
export type Answerer = (asked: Asked) => Reply | undefined

export class LoopbackSources {
  readonly asked: Asked[] = []
  answer: Answerer
  readonly #open = new Set<ServerResponse>()
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://loopback')
    const asked = { path: url.pathname, query: url.searchParams, headers: request.headers }
    this.asked.push(asked)
    const reply = this.answer(asked)
    if (reply === undefined) this.#open.add(response)
    else response.writeHead(reply.status ?? 200, reply.headers).end(reply.body ?? '')
  })

  constructor(answer: Answerer) {
    this.answer = answer
  }
  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }
  get hosts(): HostTable {
    return Object.fromEntries(Object.keys(HOSTS).map((host) => [host, this.url])) as HostTable
  }
  count(atPath: string): number {
    return this.asked.filter((asked) => asked.path === atPath).length
  }
  close(): Promise<void> {
    for (const response of this.#open) response.destroy()
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}

const ROW_MS = 300_000

/** Answers in the form of the recorded ones, with times up to `nowMs()`; thirty days of five-minute rows where a range is asked for. */
export function presentAnswers(nowMs: () => number): Answerer {
  return ({ path: atPath, query }) => {
    const seconds = Math.floor(nowMs() / 1_000)
    switch (atPath) {
      case '/fng/':
        return { body: JSON.stringify({ data: [{ value: '25', timestamp: String(seconds - (seconds % 86_400)) }] }) }
      case '/api/v3/global':
        return { body: JSON.stringify({ data: { market_cap_percentage: { btc: 58.5 }, updated_at: seconds - 30 } }) }
      case '/charts/hash-rate':
        return { body: JSON.stringify({ unit: 'Hash Rate TH/s', values: [{ x: seconds - (seconds % 86_400) - 86_400, y: 9.5e8 }] }) }
      case '/fapi/v1/premiumIndex':
        return { body: JSON.stringify({ symbol: query.get('symbol'), lastFundingRate: '0.00031', time: nowMs() - 500 }) }
      case '/api/v3/ticker/price':
        return { body: JSON.stringify({ symbol: query.get('symbol'), price: query.get('symbol') === 'BTCUSDT' ? '107000.5' : '2550.25' }) }
      case '/fapi/v1/openInterest':
        return { body: JSON.stringify({ symbol: query.get('symbol'), openInterest: '83782.317', time: nowMs() - 500 }) }
      case '/arc/outboundfeeds/rss/':
      case '/rss':
      case '/feed':
        return { body: presentFeed(nowMs()) }
      default:
        return { body: JSON.stringify(rowsOf(query, nowMs())) }
    }
  }
}

function rowsOf(query: URLSearchParams, nowMs: number): readonly Record<string, string | number>[] {
  const limit = Number(query.get('limit'))
  const newestMs = Math.min(Number(query.get('endTime') ?? nowMs), nowMs)
  const lastMs = newestMs - (newestMs % ROW_MS)
  const firstMs = Math.max(Number(query.get('startTime') ?? 0), lastMs - (limit - 1) * ROW_MS)
  const rows: Record<string, string | number>[] = []
  for (let timestamp = Math.ceil(firstMs / ROW_MS) * ROW_MS; timestamp <= lastMs; timestamp += ROW_MS) {
    const value = String(1 + ((timestamp / ROW_MS) % 100) / 100)
    rows.push({ timestamp, longShortRatio: value, buySellRatio: value, sumOpenInterest: value })
  }
  return rows
}

function presentFeed(nowMs: number): string {
  const item = (title: string, ageMs: number): string =>
    `<item><title>${title}</title><link>https://news.example.org/${encodeURIComponent(title)}</link><pubDate>${new Date(nowMs - ageMs).toUTCString()}</pubDate></item>`
  const items = [item('Bitcoin gains as investors celebrate good news', 3_600_000), item('Hackers steal millions', 7_200_000)]
  return `<rss version="2.0"><channel><title>t</title>${items.join('')}</channel></rss>`
}
