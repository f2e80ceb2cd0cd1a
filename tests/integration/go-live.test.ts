// Proves the way from paper to live and back: what is missing forbids it, what was agreed to is bound to the limits, paper goes on beside it,
// a restart goes on where it was, and only one program trades an account.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOffContext } from '../../src-main/adapters/context/off-context.ts'
import { openJournalReader } from '../../src-main/adapters/journal/reader.ts'
import type { LiveView } from '../../src-shared/bridge/live-contract.ts'
import { type VenueEnvironment, liveJournalName } from '../../src-shared/domain/venue.ts'
import { instrumentId } from '../../src-shared/domain/ids.ts'
import { err, ok } from '../../src-shared/domain/result.ts'
import type { Market } from '../../src-main/engine/market.ts'
import { openEngine } from '../support/engine-in-process.ts'
import { BTC, LiveDesk } from '../support/live-desk.ts'
import { SimulatedAccount } from '../support/simulated-account.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const START_MS = Date.UTC(2025, 4, 21, 12, 0)
const CREDENTIALS = { key: 'public-key', secret: 'very-secret', passphrase: null }

let dataDir: string
let desk: LiveDesk
let account: SimulatedAccount
let stopAnswering = (): void => {}

beforeEach(async () => {
  dataDir = temporaryDir()
  account = new SimulatedAccount()
  desk = await LiveDesk.open(dataDir, START_MS, undefined, { openExecution: account.open, probeAccount: account.probe })
  answerKeys()
  // Until the first candle the market counts as not yet there.
  await desk.minute()
  await desk.until('a live market', ({ feed }) => feed.state === 'live')
}, 60_000)
afterEach(async () => {
  stopAnswering()
  await desk.close()
})

/** Stands for the host, which has the key of every account but the real one. */
function answerKeys(): void {
  const answered = new Set<unknown>()
  const timer = setInterval(() => {
    for (const message of desk.engine.messages) {
      if (message.t !== 'key_wanted' || answered.has(message)) continue
      answered.add(message)
      const { venue, environment } = message
      const answer =
        environment === 'live'
          ? ({ ok: false, error: 'no key of Binance USDT-M is kept' } as const)
          : ({ ok: true, value: CREDENTIALS } as const)
      desk.engine.send({ t: 'credentials', venue, environment, answer })
    }
  }, 2)
  stopAnswering = () => clearInterval(timer)
}

const state = (): Promise<LiveView> => desk.engine.ask('live.state', {})
const sheet = (environment: VenueEnvironment) => desk.engine.ask('live.sheet', { venue: 'binanceusdm', environment })
async function arm(environment: VenueEnvironment = 'practice'): Promise<void> {
  const { consent } = await sheet(environment)
  await desk.engine.ask('live.arm', { venue: 'binanceusdm', environment, hash: consent.hash, word: consent.word })
  await desk.engine.until('live', async () => (await state()).state === 'live')
  await desk.venue.subscribed(4)
}
/** A minute of the market, at whose close the strategy buys. */
async function minute(): Promise<void> {
  const { close } = desk.venue.candle('BTCUSDT', desk.venue.nowMs)
  account.price(instrumentId(BTC), close)
  await desk.minute()
}
function journal(file: string, command: string, input: unknown): unknown {
  const reader = openJournalReader(join(dataDir, file))
  try {
    return reader.handle(command, input)
  } finally {
    reader.close()
  }
}
/** Of what was sent: entry, stop, targets. */
const purposes = (): string[] => account.submitted.map((id) => id.at(-8) ?? '')
const LIVE_JOURNAL = liveJournalName('binanceusdm', 'practice')

describe('before real money', () => {
  it('the sheet tells what is missing, and nothing is armed until nothing is', async () => {
    const real = await sheet('live')
    expect(real.canArm).toBe(false)
    expect(Object.fromEntries(real.evidence.map(({ id, state: found }) => [id, found]))).toEqual({
      keys: 'missing',
      permissions: 'missing',
      clock: 'missing',
      feed: 'missing',
      paper: 'missing',
      look_ahead: 'missing',
      journal: 'ok',
      lease: 'ok',
    })
    expect(real.balance).toBeNull()
    const attempt = desk.engine.ask('live.arm', { venue: 'binanceusdm', environment: 'live', hash: real.consent.hash, word: 'LIVE' })
    await expect(attempt).rejects.toThrow('no key of Binance USDT-M is kept')
    expect(await state()).toMatchObject({ state: 'off', account: null })
  })

  it('a key that can withdraw and a wrong clock forbid it', async () => {
    account.canWithdraw = true
    account.clockOffsetMs = -1_500
    const { evidence, canArm } = await sheet('practice')
    expect(canArm).toBe(false)
    expect(evidence.filter(({ state: found }) => found === 'failed').map(({ sentence }) => sentence)).toEqual(
      [
        'this clock and that of the venue are 1500 ms apart, expected at most 500; set the clock of this machine',
        'the key may withdraw money; make one at Binance USDT-M that may not',
      ].toReversed(),
    )
  })

  it('the limits are told in money, and the word must be typed', async () => {
    const { limits, consent, balance } = await sheet('practice')
    expect(balance).toBe('5000')
    expect(limits.find(({ id }) => id === 'trade')?.sentence).toBe('at most 25.00 USDT lost per trade, before fees and slippage')
    const wrong = desk.engine.ask('live.arm', { venue: 'binanceusdm', environment: 'practice', hash: consent.hash, word: 'yes' })
    await expect(wrong).rejects.toThrow('type LIVE to agree')
    const other = desk.engine.ask('live.arm', { venue: 'bybit', environment: 'practice', hash: consent.hash, word: 'LIVE' })
    await expect(other).rejects.toThrow('ask for the sheet of this account first')
    expect(account.opened).toBe(0)
  })
})

describe('live', () => {
  it('trades the account outside, protects it there, and paper goes on beside it', async () => {
    await arm()
    await minute()
    const { positions } = await desk.until('a protected position', ({ positions: [open] }) => open?.stopState === 'working')
    expect(positions).toHaveLength(1)
    expect(purposes()).toEqual(['E', 'S', 'T', 'T', 'T'])
    await desk.engine.ask('position.close', { positionId: positions[0]?.id ?? '' })
    await desk.until('flat', ({ positions: open }) => open.length === 0)
    const lived = journal(LIVE_JOURNAL, 'journal.roundTrips', {
      run: null,
      limit: 10,
      offset: 0,
      fromMs: null,
      toMs: null,
      instrumentId: null,
      strategyId: null,
    })
    expect(lived).toMatchObject({ total: 1 })
    // Paper has entered at the same signal, with its own account.
    const paper = journal('journal.db', 'journal.orders', { run: null, limit: 10, offset: 0 }) as { rows: { purpose: string }[] }
    expect(paper.rows.map(({ purpose }) => purpose)).toContain('entry')
    expect(journal(LIVE_JOURNAL, 'journal.verify', {})).toMatchObject({ ok: true })
    const twin = await desk.engine.ask('live.twin', { limit: 10 })
    expect(twin).toMatchObject({ onlyLive: 1, pairs: 0 })
  }, 30_000)

  it('goes back to paper with its positions closed, or kept with their stops', async () => {
    await arm()
    await minute()
    await desk.until('a protected position', ({ positions: [open] }) => open?.stopState === 'working')
    await desk.engine.ask('live.disarm', { positions: 'close' })
    await desk.engine.until('off', async () => (await state()).state === 'off')
    expect(account.closed).toBe(1)
    expect(
      journal(LIVE_JOURNAL, 'journal.roundTrips', {
        run: null,
        limit: 10,
        offset: 0,
        fromMs: null,
        toMs: null,
        instrumentId: null,
        strategyId: null,
      }),
    ).toMatchObject({ total: 1 })
    // What was agreed to is remembered: the same limits need no second word.
    expect((await sheet('practice')).consent.word).toBeNull()
    await minute()
    await arm()
    expect((await state()).state).toBe('live')
  }, 30_000)

  it('goes on after a restart with what is open there', async () => {
    await arm()
    await minute()
    const before = await desk.until('a protected position', ({ positions: [open] }) => open?.stopState === 'working')
    await desk.stop()
    await desk.start()
    await desk.engine.until('live again', async () => (await state()).state === 'live')
    const after = await desk.until('the position', ({ positions }) => positions.length === 1)
    expect(after.positions[0]?.id).toBe(before.positions[0]?.id)
    expect(purposes()).toEqual(['E', 'S', 'T', 'T', 'T'])
  }, 30_000)

  it('waits while the account cannot be opened, and says why', async () => {
    account.fault = 'Binance USDT-M cannot be reached (no route)'
    const { consent } = await sheet('practice')
    await desk.engine.ask('live.arm', { venue: 'binanceusdm', environment: 'practice', hash: consent.hash, word: 'LIVE' })
    await desk.engine.until('waiting', async () => (await state()).state === 'waiting')
    expect((await state()).message).toBe('Binance USDT-M cannot be reached (no route)')
    await minute()
    expect(account.submitted).toEqual([])
    // A position may be open there: it is tried again at once, not after half a minute.
    account.fault = null
    await desk.engine.until('live', async () => (await state()).state === 'live')
    await desk.engine.ask('live.disarm', { positions: 'keep' })
    await desk.engine.until('off', async () => (await state()).state === 'off')
  }, 30_000)

  it('a start without its market is tried again, and a recording never takes its place', async () => {
    await arm()
    await desk.stop()
    const market = { createFeed: () => Promise.reject(new Error('never started')), createContext: () => createOffContext('') }
    const recording: Market = {
      ...market,
      kind: 'recorded',
      notice: 'no answer; trading the recorded market instead',
      startMs: START_MS,
      oldestMs: 0,
      endMs: START_MS,
    }
    for (const answer of [err('no answer within 4 s'), ok(recording)] as const) {
      const elsewhere = temporaryDir()
      copyFileSync(join(dataDir, 'live.json'), join(elsewhere, 'live.json'))
      const engine = await openEngine(elsewhere, { market: 'live' }, { openMarket: () => Promise.resolve(answer) })
      expect(engine.messages.at(-1)).toEqual({ t: 'fatal', message: expect.stringContaining('no answer'), againMs: 5_000 })
    }
  }, 30_000)

  it('trades nothing when the limits are others than those agreed to', async () => {
    await arm()
    await desk.stop()
    const file = join(dataDir, 'live.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"hash":"[0-9a-f]{8}/, '"hash":"00000000'))
    await desk.start()
    await desk.engine.until('waiting', async () => (await state()).state === 'waiting')
    expect((await state()).message).toContain('are not what was agreed to')
    expect(account.opened).toBe(1)
  }, 30_000)

  it('is one program only', async () => {
    await arm()
    const { evidence } = await sheet('practice')
    expect(evidence.find(({ id }) => id === 'lease')?.state).toBe('ok')
    const second = await desk.openEngine(temporaryDir())
    try {
      stopAnswering()
      second.send({ t: 'ping', n: 1 })
      const asked = second.ask('live.sheet', { venue: 'binanceusdm', environment: 'practice' })
      await second.until('the key is wanted', () => second.messages.some(({ t }) => t === 'key_wanted'))
      second.send({ t: 'credentials', venue: 'binanceusdm', environment: 'practice', answer: { ok: true, value: CREDENTIALS } })
      const found = (await asked).evidence.find(({ id }) => id === 'lease')
      expect(found).toMatchObject({ state: 'failed', sentence: expect.stringContaining('another Tradewright on this machine') })
    } finally {
      await second.stop()
    }
  }, 30_000)
})
