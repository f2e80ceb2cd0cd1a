// The engine's end of the bridge benchmark: the real publisher in a worker, fed with closed candles. The volume of a candle carries the time it
// was pushed, in milliseconds since the epoch with fractions, so that whoever receives it knows how old it is.
import { parentPort } from 'node:worker_threads'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import { DeskPublisher } from '../../src-main/engine/desk-publisher.ts'

const port = parentPort
if (port === null) throw new Error('runs in a worker')
const post = (message: FromEngine): void => port.postMessage(message)
const publisher = new DeskPublisher((json) => post({ t: 'event', topic: 'desk', json }))

function push(index: number): void {
  const volume = performance.timeOrigin + performance.now()
  const close = 104_000 + (index % 1_000) / 10
  publisher.push({
    type: 'candle',
    candle: {
      instrumentId: 'BTC/USDT:USDT',
      timeframe: '1m',
      openTimeMs: 1_747_832_400_000 + index * 60_000,
      open: 104_000.1,
      high: 104_120.4,
      low: 103_980.2,
      close,
      volume,
    },
  })
}

/** `events` as fast as they go, in frames of at most `perFrame`, with no more than `ahead` frames unanswered. */
async function flood(events: number, perFrame: number): Promise<void> {
  for (let index = 0; index < events;) {
    for (let k = 0; k < perFrame && index < events; k += 1, index += 1) push(index)
    publisher.flush()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** `perSecond` events each second, one by one, evenly. */
async function trickle(events: number, perSecond: number): Promise<void> {
  const startMs = performance.now()
  for (let index = 0; index < events;) {
    const due = Math.min(events, Math.floor(((performance.now() - startMs) * perSecond) / 1_000))
    for (; index < due; index += 1) push(index)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

port.on('message', (message: ToEngine) => {
  if (message.t === 'ping') post({ t: 'pong', n: message.n })
  if (message.t === 'shutdown') post({ t: 'bye' })
  if (message.t !== 'request') return
  const { limit, names } = message.input as { limit?: number; names?: string[] }
  const reply = (): void => post({ t: 'response', id: message.id, ok: false, code: 'refused', message: 'done' })
  if (message.command === 'candles.history') void flood((limit ?? 1) * 100, 500).then(() => reply())
  else if (message.command === 'candles.indicators') void trickle(Number(names?.[0] ?? 0), Number(names?.[1] ?? 1)).then(() => reply())
})
post({ t: 'ready' })
