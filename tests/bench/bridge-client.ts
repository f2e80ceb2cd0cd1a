// A connected client in a process of its own: decodes every frame as the screen does, and tells how many events came and how long it took.
// Run by bridge.bench.ts: bridge-client.ts LOGIN_URL EVENTS
import WebSocket from 'ws'
import { topics } from '../../src-shared/bridge/contract.ts'
import { PROTOCOL_VERSION } from '../../src-shared/bridge/version.ts'

const [url = '', expectedText = '0'] = process.argv.slice(2)
const expected = Number(expectedText)
const { origin, hash } = new URL(url)
const socket = new WebSocket(`${origin.replace('http', 'ws')}/ws`, { origin })
let events = 0
let bytes = 0
let firstMs = 0

socket.on('open', () =>
  socket.send(JSON.stringify({ t: 'hello', v: PROTOCOL_VERSION, token: new URLSearchParams(hash.slice(1)).get('t') })),
)
socket.on('message', (data: Buffer) => {
  const message = JSON.parse(data.toString('utf8')) as { t: string; topic?: string; payload?: unknown }
  if (message.t === 'welcome') process.stdout.write('connected\n')
  if (message.topic === 'resync') {
    process.stdout.write(`${JSON.stringify({ error: 'frames were dropped' })}\n`)
    process.exit(1)
  }
  if (message.topic !== 'desk') return
  if (events === 0) firstMs = performance.now()
  const frame = topics.desk.parse(message.payload)
  events += frame.events.length
  bytes += data.length
  if (events < expected) return
  process.stdout.write(`${JSON.stringify({ events, bytes, seconds: (performance.now() - firstMs) / 1000 })}\n`)
  process.exit(0)
})
