// The smallest client that signs as Binance asks: what it sends is written out, so that tests can break it.
import { createHmac } from 'node:crypto'
import { WebSocket } from 'ws'
import type { PracticeVenue } from '../../src-main/practice-venue/wire/practice-venue.ts'
import { until } from './practice-venue.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- the exchange's own JSON, of which each test reads what it expects
export type Json = any
export type Answered = { readonly status: number; readonly body: Json; readonly headers: Headers }
type Values = Readonly<Record<string, string | number | boolean>>

export async function ask(
  venue: PracticeVenue,
  target: string,
  values: Values = {},
  more: { key?: string; secret?: string; timestamp?: number; inBody?: boolean; signal?: AbortSignal } = {},
): Promise<Answered> {
  const [method = 'GET', path = ''] = target.split(' ')
  const text = new URLSearchParams(
    Object.entries({ ...values, timestamp: more.timestamp ?? Date.now() }).map(([name, value]) => [name, String(value)]),
  ).toString()
  const signature = createHmac('sha256', more.secret ?? venue.key.secret)
    .update(text)
    .digest('hex')
  const signed = `${text}&signature=${signature}`
  const response = await fetch(`${venue.restUrl}${path}${more.inBody ? '' : `?${signed}`}`, {
    method,
    headers: { 'x-mbx-apikey': more.key ?? venue.key.key, ...(more.inBody ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
    ...(more.inBody ? { body: signed } : {}),
    ...(more.signal ? { signal: more.signal } : {}),
  })
  const body = await response.text()
  return { status: response.status, body: body === '' ? null : JSON.parse(body), headers: response.headers }
}

export type Listening = { readonly messages: Json[]; readonly raw: string[]; readonly socket: WebSocket; of(event: string): Json[] }

export async function listen(venue: PracticeVenue, path: string, subscribe: readonly string[] = []): Promise<Listening> {
  const socket = new WebSocket(`${venue.wsUrl}${path}`)
  const raw: string[] = []
  const messages: Json[] = []
  socket.on('message', (data: Buffer) => {
    raw.push(data.toString())
    try {
      messages.push(JSON.parse(data.toString()))
    } catch {
      messages.push(null)
    }
  })
  socket.on('error', () => {})
  await new Promise<void>((done, failed) => {
    socket.once('open', done)
    socket.once('error', failed)
  })
  const of = (event: string): Json[] =>
    messages.filter((message) => (message?.data ?? message)?.e === event).map((message) => message.data ?? message)
  if (subscribe.length > 0) {
    socket.send(JSON.stringify({ method: 'SUBSCRIBE', params: subscribe, id: 1 }))
    await until(() => messages.some((message) => message?.id === 1), 'the subscription')
  }
  return { messages, raw, socket, of }
}

export async function listenPrivately(venue: PracticeVenue): Promise<Listening> {
  const { body } = await ask(venue, 'POST /fapi/v1/listenKey')
  return listen(venue, `/private/ws?listenKey=${body.listenKey}`)
}
