// Proves that paper trading on the live market is whole: the real engine follows a venue on loopback, a user's strategy enters and leaves at the
// prices of its trades, funding is paid, and a feed that falls silent, a night away and a venue that cannot be reached do no harm.
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openJournalReader } from '../../src-main/adapters/journal/reader.ts'
import { LiveDesk, BTC } from '../support/live-desk.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const MINUTE_MS = 60_000
/** Three minutes before funding is paid. */
const START_MS = Date.UTC(2025, 4, 21, 15, 57)

let dataDir: string
let desk: LiveDesk
beforeEach(async () => {
  dataDir = temporaryDir()
  desk = await LiveDesk.open(dataDir, START_MS)
}, 60_000)
afterEach(() => desk.close())

type Position = Awaited<ReturnType<LiveDesk['snapshot']>>['positions'][number]
const isProtected = ({ stopState }: Position): boolean => stopState === 'working'
const closeOf = (openTimeMs: number): number => desk.venue.candle('BTCUSDT', openTimeMs).close
/** What a market order pays beyond the price: one basis point, brought onto the tick grid against us. */
const bought = (price: number): number => Math.ceil(Math.round(price * 1.0001 * 1e6) / 1e5) / 10
const sold = (price: number): number => Math.floor(Math.round(price * 0.9999 * 1e6) / 1e5) / 10

/** A minute goes by, the strategy buys at its close, and the market trades at another price before the order has reached the venue. */
async function enter(): Promise<{ position: Position; tradedAt: number }> {
  await desk.minute()
  const tradedAt = closeOf(desk.venue.nowMs - MINUTE_MS) + 3
  desk.pass(50)
  await desk.trade(tradedAt)
  desk.pass(1_000)
  const { positions } = await desk.until(
    'a position with a working stop',
    ({ positions: [open] }) => open !== undefined && isProtected(open),
  )
  return { position: positions[0] ?? expect.fail(), tradedAt }
}
function journal(command: string, input: unknown): unknown {
  const reader = openJournalReader(join(dataDir, 'journal.db'))
  try {
    return reader.handle(command, input)
  } finally {
    reader.close()
  }
}

describe('paper trading on the live market', () => {
  it('enters and is stopped out at the prices of trades, and writes everything down', async () => {
    const { position, tradedAt } = await enter()
    expect(Number(position.entryPrice)).toBe(bought(tradedAt))
    const stoppedAt = Number(position.stopPrice) - 7
    await desk.trade(stoppedAt)
    desk.pass(1_000)
    await desk.until('the position is closed', ({ positions }) => positions.length === 0)
    const { exits } = await desk.snapshot()
    expect(exits.map(({ price, exitReason }) => [Number(price), exitReason])).toEqual([[sold(stoppedAt), 'stop']])
    desk.pass(MINUTE_MS)
    const equity = (): unknown => journal('journal.equity', { fromMs: null, toMs: null, pointsMax: 100 })
    await desk.engine.until('equity of two minutes', () => Array.isArray(equity()) && JSON.stringify(equity()).split('tsMs').length === 3)
    expect(
      journal('journal.roundTrips', { fromMs: null, toMs: null, instrumentId: null, strategyId: null, offset: 0, limit: 10 }),
    ).toMatchObject({
      total: 1,
      rows: [{ positionId: position.id, strategyId: 'always-long', exitReason: 'stop', entryPrice: position.entryPrice }],
    })
  })

  it('pays the funding of the venue once, on what was open when it was due', async () => {
    const { position } = await enter()
    const dueMs = Date.UTC(2025, 4, 21, 16)
    // The first was due before the position was opened, and is published after.
    const settled = [
      { rate: '0.01000000', tsMs: START_MS + 45_000 },
      { rate: '0.00010000', tsMs: dueMs },
    ]
    for (const marketId of ['BTCUSDT', 'ETHUSDT']) desk.venue.funding.set(marketId, settled)
    await desk.minute()
    await desk.minute()
    const before = Number((await desk.snapshot()).account.balance)
    desk.pass(11_000)
    const { account } = await desk.until('funding is paid', (snapshot) => Number(snapshot.account.balance) < before)
    const price = closeOf(dueMs - MINUTE_MS)
    expect(before - Number(account.balance)).toBeCloseTo(Number(position.quantity) * price * 0.0001, 2)
    await desk.minute()
    await desk.minute()
    expect((await desk.snapshot()).account.balance).toBe(account.balance)
  })

  it('refuses entries while the feed is stale, says so, and trades again after the redial', async () => {
    const { position } = await enter()
    await desk.engine.ask('position.close', { positionId: position.id })
    await desk.until('nothing is open', ({ positions }) => positions.length === 0)
    const connections = desk.venue.connections
    for (let second = 0; second < 32; second += 1) desk.pass(1_000)
    const stale = await desk.until('the feed is stale', ({ feed }) => feed.state === 'stale')
    expect(stale.feed.detail).toBe('no trade for 30 s')
    expect(stale.alerts.at(-1)).toMatchObject({ code: 'feed_stale', severity: 'warning' })
    await desk.engine.until('both streams are dialled again', () => {
      desk.pass(100)
      return desk.venue.connections === connections + 2
    })
    await desk.venue.subscribed(4)
    // Candles come, trades do not: the strategy speaks, and is refused.
    desk.pass(desk.venue.nowMs + MINUTE_MS - Date.now())
    desk.venue.closeMinute()
    const { decisions } = await desk.until('a refusal', ({ decisions: all }) => all.at(-1)?.outcome === 'blocked')
    expect(decisions.at(-1)).toMatchObject({ reason: 'feed_not_live', strategyId: 'always-long' })
    await desk.trade(closeOf(desk.venue.nowMs - MINUTE_MS))
    await desk.until('the feed is live', ({ feed }) => feed.state === 'live')
    await enter()
  })

  it('is stopped out by what happened while it was away', async () => {
    const { position } = await enter()
    await desk.stop()
    const dropMs = desk.venue.nowMs + 2 * MINUTE_MS
    desk.venue.spoil = (marketId, candle) =>
      marketId === 'BTCUSDT' && candle.openTimeMs === dropMs ? { ...candle, low: Number(position.stopPrice) - 20 } : candle
    for (let minute = 0; minute < 5; minute += 1) desk.venue.closeMinute({ silent: true })
    desk.setTime(desk.venue.nowMs)
    await desk.start()
    expect((await desk.snapshot()).positions.map(({ id }) => id)).toEqual([position.id])
    desk.venue.sendCandle('BTCUSDT', desk.venue.nowMs, false)
    await desk.until('the missing candles', ({ feed }) => feed.lastEventMs === desk.venue.nowMs)
    desk.pass(1_000)
    const { exits } = await desk.until('the position is closed', ({ positions }) => positions.length === 0)
    expect(exits.at(-1)).toMatchObject({ positionId: position.id, exitReason: 'stop' })
    expect(Number(exits.at(-1)?.price)).toBeLessThanOrEqual(Number(position.stopPrice))
  })

  it('goes on after days asleep', async () => {
    await enter()
    desk.engine.send({ t: 'power', condition: 'suspending' })
    desk.setTime(Date.now() + 3 * 24 * 60 * MINUTE_MS)
    desk.engine.send({ t: 'power', condition: 'resumed' })
    const { positions } = await desk.until('time has caught up', ({ account }) => account.tsMs > Date.now() - MINUTE_MS)
    expect(positions.map(isProtected)).toEqual([true])
  })

  it('keeps its time when the venue’s clock leads or lags', async () => {
    await enter()
    desk.pass(10_000)
    const before = (await desk.snapshot()).marketMs
    await desk.trade(108_000, Date.now() + 20_000)
    const ahead = (await desk.snapshot()).marketMs
    expect(ahead).toBe(Date.now() + 20_000)
    expect(ahead).toBeGreaterThan(before)
    desk.venue.sendTrade('ETHUSDT', '2500.00', Date.now() - 5_000)
    await desk.until('the late trade', ({ lastPrices }) => lastPrices['ETH/USDT:USDT'] === 2500)
    expect((await desk.snapshot()).marketMs).toBe(ahead)
  })

  it('tells the screen of the last price between candles', async () => {
    await enter()
    await desk.trade(108_923.4)
    const told = (): unknown[] => desk.engine.messages.flatMap((message) => (message.t === 'event' ? JSON.parse(message.json).events : []))
    await desk.engine.until('a price', () =>
      told().some(
        (event) => JSON.stringify(event) === JSON.stringify({ type: 'price', instrumentId: BTC, price: 108_923.4, tsMs: Date.now() }),
      ),
    )
  })

  it('keeps up with thousands of trades a second while a position is open', async () => {
    const { position } = await enter()
    const stepMs = 5
    const batches = 40
    const perBatch = 500
    const startCpu = process.cpuUsage()
    const startMs = performance.now()
    let price = Number(position.entryPrice)
    for (let batch = 0; batch < batches; batch += 1) {
      desk.pass(stepMs)
      for (let trade = 0; trade < perBatch; trade += 1) {
        price += trade % 2 === 0 ? 0.1 : -0.1
        desk.venue.sendTrade('BTCUSDT', price.toFixed(1), Date.now())
      }
      await desk.venue.heard()
    }
    await desk.trade(price + 5)
    const trades = batches * perBatch
    const cpu = process.cpuUsage(startCpu)
    const microseconds = (cpu.user + cpu.system) / trades
    const perSecond = Math.round(trades / ((performance.now() - startMs) / 1_000))
    // The venue's sending is part of it: the bound says that thousands a second leave most of a processor free on any machine.
    console.info(
      `${trades} trades through socket, library, kernel and desk: ${microseconds.toFixed(1)} µs of processor each, ${perSecond} a second`,
    )
    expect(microseconds).toBeLessThan(200)
    expect((await desk.snapshot()).positions.map(isProtected)).toEqual([true])
  })

  it('ends in order, with nothing left that runs', async () => {
    await enter()
    await desk.stop()
    await desk.engine.until('both sockets are closed', () => desk.venue.openSockets === 0)
    const before = [desk.venue.requests.length, desk.venue.connections]
    desk.pass(10 * MINUTE_MS)
    expect([desk.venue.requests.length, desk.venue.connections]).toEqual(before)
    expect(desk.timers).toBe(0)
  })
})

describe('a live market that cannot be reached', () => {
  it('is replaced by the recording, which is said in one sentence', async () => {
    await desk.stop()
    desk.venue.status = 503
    const engine = await desk.openEngine(temporaryDir())
    await engine.until('the recording plays', async () => (await engine.ask('desk.snapshot', {})).feed.state === 'live')
    const { feed, alerts, playback } = await engine.ask('desk.snapshot', {})
    const sentence = 'Binance USDT-M cannot be reached (127.0.0.1 answered HTTP 503); trading the recorded market instead'
    expect([feed.kind, playback.kind]).toEqual(['recorded', 'recorded'])
    expect(feed.detail).toBe(sentence)
    expect(alerts.filter(({ message }) => message === sentence)).toHaveLength(1)
    await engine.stop()
  })
})
