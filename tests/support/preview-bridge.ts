// The in-memory engine behind the same three functions that the desktop preload exposes, for pictures of the built screen.
// `window.preview` lets the one who takes the pictures move the market and make things go wrong.
import { FakeBridge } from './fake-bridge.ts'

type Exposed = {
  hello(): Promise<unknown>
  invoke(command: never, input: never): Promise<unknown>
  subscribe(topic: never, listener: (json: string) => void): () => void
}

const query = new URLSearchParams(location.search)
const fake = new FakeBridge({ kind: query.get('feed') === 'live' ? 'live' : 'recorded' })
const exposed: Exposed = {
  hello: async () => ({ protocol: fake.protocol, capabilities: fake.capabilities }),
  invoke: (command, input) => fake.invoke(command, input),
  subscribe: (topic, listener) => fake.subscribe(topic, (payload) => listener(JSON.stringify(payload))),
}

const preview = {
  advance: (minutes: number) => fake.advance(minutes),
  restarting: () => fake.setHost({ state: 'restarting', restarts: 1 }),
  /** Live, stale, halted, one stop failed, one being placed: the worst afternoon in one picture. */
  trouble: () => {
    const naked = fake.snapshot.positions.map((position, i) => ({
      ...position,
      stopState: i === 0 ? ('failed' as const) : ('placing' as const),
      phase: i === 0 ? ('emergency' as const) : ('opening' as const),
      unprotectedSinceMs: fake.nowMs - 7000,
      incident: i === 0,
    }))
    const trip = {
      code: 'day_loss',
      message: 'Lost 2.04% today, limit 2.00%',
      tsMs: fake.nowMs,
      state: 'halted' as const,
      resumeMs: fake.nowMs + 8 * 3_600_000,
    }
    fake.setHost({ mode: 'live' })
    fake.send([
      { type: 'feed', feed: { ...fake.snapshot.feed, state: 'stale', detail: 'No candle for 3 minutes.' } },
      { type: 'risk', risk: { tradingState: 'halted', trips: [trip], limits: [] } },
      ...naked.map((position) => ({ type: 'position' as const, position })),
      {
        type: 'alert',
        alert: {
          code: 'stop_failed',
          severity: 'critical',
          message: 'BTC/USDT: the stop could not be placed in 3 tries; closing at market',
          tsMs: fake.nowMs,
          instrumentId: null,
        },
      },
    ])
  },
}
Object.assign(window, { bridge: exposed, preview })
if (query.has('run')) setInterval(() => fake.snapshot.playback.playing && fake.advance(1), 200)
