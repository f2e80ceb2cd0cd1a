// Proves that the engine trades a recording with its order book: books on their topic and by request, measures in the session, the simulated venue
// living through the recorded trades, and a replay of the session that comes to the same hash.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { replaySession } from '../../src-main/engine/session-replay.ts'
import { topics } from '../../src-shared/bridge/contract.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { openEngine } from '../support/engine-in-process.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const BTC = 'BTC/USDT:USDT'
const ALWAYS_LONG = `import type { Signal, Strategy } from 'tradewright'
export const strategy: Strategy = {
  id: 'always-long', title: 'Always long', description: 'Buys whenever nothing is open', timeframe: '1m', warmupCandles: 1, features: [], parameters: [],
  create: () => ({
    onCandle({ close, position }): Signal | null {
      return position === null ? { direction: 'buy', strength: 1, stopPrice: close * 0.998, why: { close } } : null
    },
  }),
}
`
let engine: Awaited<ReturnType<typeof openEngine>>
let dataDir = ''

beforeAll(async () => {
  dataDir = temporaryDir()
  mkdirSync(join(dataDir, 'strategies'))
  writeFileSync(join(dataDir, 'strategies', 'always-long.ts'), ALWAYS_LONG)
  const settings = Settings.parse({ strategies: [], risk: { cooldownMs: 0 } })
  engine = await openEngine(dataDir, { recording: 'book', speed: 0, settings })
  await engine.until('the end of the recording', async () => (await engine.ask('desk.snapshot', {})).feed.state === 'ended')
}, 60_000)

describe('a session on a recording with an order book', () => {
  it('publishes books in the shape of the contract, and answers with the newest', async () => {
    const frames = engine.messages.flatMap((message) =>
      message.t === 'event' && message.topic === 'book' ? [JSON.parse(message.json)] : [],
    )
    expect(frames.length).toBeGreaterThan(0)
    for (const frame of frames) expect(topics.book.safeParse(frame).success).toBe(true)
    expect(await engine.ask('book.latest', { instrumentId: BTC })).toEqual(frames.at(-1))
    expect(await engine.ask('book.latest', { instrumentId: 'ETH/USDT:USDT' })).toBeNull()
  })

  it('trades, filled at the times of the recorded trades', async () => {
    const { exits, decisions, lastPrices } = await engine.ask('desk.snapshot', {})
    expect(decisions.length).toBeGreaterThan(1)
    expect(lastPrices[BTC]).toBeGreaterThan(61_000)
    expect(exits.length).toBeGreaterThan(0)
    for (const exit of exits) expect(exit.tsMs % 60_000, 'not at the end of a minute').not.toBe(0)
  })

  it('can be run again from its recording and comes to the same hash', async () => {
    await engine.stop()
    const [file = ''] = readdirSync(join(dataDir, 'recordings'))
    const path = join(dataDir, 'recordings', file)
    expect(
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"type":"measures"')).length,
    ).toBeGreaterThan(340)
    expect(await replaySession(path)).toMatchObject({ ok: true, value: { matches: true } })
  })

  it('shows what trades and book said last beside what the sources know, with its time', async () => {
    const { measures, marketMs } = await engine.ask('context.snapshot', {})
    const of = (name: string) => measures.find(({ measure }) => measure === name)
    expect(of('trade_rate')).toMatchObject({ instrumentId: BTC, unit: 'per_second', value: expect.any(Number) })
    expect(marketMs - (of('trade_rate')?.tsMs ?? 0)).toBeLessThan(120_000)
    // The recorded book is over, so nothing is known of it any more; the window of an hour was never listened to in full.
    expect(of('microprice')).toMatchObject({ instrumentId: BTC, value: null })
    expect(of('cvd_1h')).toMatchObject({ value: null })
    expect(measures.filter(({ measure }) => measure === 'funding_rate')).toHaveLength(1)
  })

  it('shows the book of the time it is moved to, also while it stands still', async () => {
    const moved = await openEngine(temporaryDir(), { recording: 'book', speed: 1 })
    await moved.ask('playback.setPlaying', { playing: false })
    const positionMs = (await moved.ask('desk.snapshot', {})).playback.startMs + 150_000
    await moved.ask('playback.seek', { positionMs })
    await moved.until('the book of that time', async () => {
      const book = await moved.ask('book.latest', { instrumentId: BTC })
      return book?.state === 'synced' && Math.abs(book.tsMs - positionMs) < 1_000
    })
    await moved.stop()
  })

  it('says which recordings there are when it is asked for another', async () => {
    const other = await openEngine(temporaryDir(), { recording: 'moon' })
    expect(other.messages).toContainEqual({ t: 'fatal', message: 'there is no recording "moon"; expected one of default, 2023, book' })
  })
})
