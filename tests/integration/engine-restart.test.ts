// Proves what must survive the end of an engine, through the real engine on the real recorded market: halts, positions with their stops, the
// account, and the place in the recording; and that sleep and waking up lead through reconciliation.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { type EngineInProcess, openEngine } from '../support/engine-in-process.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

/** Until the desk holds a covered position, at most one day of market. */
async function openPosition(engine: EngineInProcess): Promise<void> {
  await engine.until('an open position with its stop', async () => {
    const { positions } = await engine.ask('desk.snapshot', {})
    return positions.some((position) => position.stopState === 'working')
  })
  await engine.ask('playback.setPlaying', { playing: false })
}

function countOf(dataDir: string, table: 'fills' | 'trades'): number {
  const db = new Database(join(dataDir, 'journal.db'), { readonly: true })
  try {
    return db.prepare<[], { rows: number }>(`SELECT count(*) AS rows FROM ${table}`).get()?.rows ?? Number.NaN
  } finally {
    db.close()
  }
}

describe('an engine that starts again', () => {
  it('goes on with the position, its stop, the account and the place in the recording', async () => {
    const dataDir = temporaryDir()
    const first = await openEngine(dataDir)
    await openPosition(first)
    const before = await first.ask('desk.snapshot', {})
    await first.stop()

    const second = await openEngine(dataDir)
    await second.ask('playback.setPlaying', { playing: false })
    await second.until('orders and positions agree with the venue', async () =>
      (await second.ask('desk.snapshot', {})).alerts.some((alert) => alert.code === 'reconciled'),
    )
    const after = await second.ask('desk.snapshot', {})
    await second.stop()
    expect(after.sessionId).not.toBe(before.sessionId)
    expect(after.account.balance).toBe(before.account.balance)
    expect(after.marketMs).toBeGreaterThanOrEqual(before.marketMs)
    const kept = ({ id, side, quantity, entryPrice, stopPrice, stopState }: (typeof before.positions)[number]) => ({
      id,
      side,
      quantity,
      entryPrice,
      stopPrice,
      stopState,
    })
    expect(after.positions.map(kept)).toEqual(before.positions.map(kept))
    expect(after.orders.map((order) => order.clientOrderId).toSorted()).toEqual(
      before.orders.map((order) => order.clientOrderId).toSorted(),
    )
  })

  it('keeps a strategy paused over another playbook and a restart, until a person resumes it', async () => {
    const dataDir = temporaryDir()
    const pausedOf = async (engine: EngineInProcess): Promise<string[]> =>
      (await engine.ask('desk.snapshot', {})).strategies.flatMap(({ id, state }) => (state === 'paused' ? [id] : []))
    const first = await openEngine(dataDir)
    const [strategy] = (await first.ask('desk.snapshot', {})).strategies
    const strategyId = strategy?.id ?? 'none'
    await first.ask('strategy.pause', { strategyId, paused: true })
    expect(await pausedOf(first)).toEqual([strategyId])
    await first.ask('playbook.select', { id: 'imba' })
    await first.ask('playbook.select', { id: 'trend' })
    expect(await pausedOf(first)).toEqual([strategyId])
    await first.stop()

    const second = await openEngine(dataDir)
    expect(await pausedOf(second)).toEqual([strategyId])
    await second.ask('strategy.pause', { strategyId, paused: false })
    await second.stop()

    const third = await openEngine(dataDir)
    expect(await pausedOf(third)).toEqual([])
    await third.stop()
  })

  it('meets the venue where it stood when the journal is lost: its position is taken over, its old trades are not booked again', async () => {
    const dataDir = temporaryDir()
    const first = await openEngine(dataDir)
    await first.until('a position after an earlier trade', async () => {
      const { marketMs, positions } = await first.ask('desk.snapshot', {})
      return marketMs > Date.parse('2025-05-21T14:40:00Z') && positions.some((position) => position.stopState === 'working')
    })
    await first.ask('playback.setPlaying', { playing: false })
    const before = await first.ask('desk.snapshot', {})
    await first.stop()
    expect(countOf(dataDir, 'trades')).toBeGreaterThan(0)
    for (const name of readdirSync(dataDir)) if (name.startsWith('journal.db')) rmSync(join(dataDir, name))

    const second = await openEngine(dataDir, { speed: 60 })
    await second.until('orders and positions agree with the venue', async () =>
      (await second.ask('desk.snapshot', {})).alerts.some((alert) => alert.code === 'reconciled'),
    )
    const after = await second.ask('desk.snapshot', {})
    await second.stop()
    const held = ({ instrumentId, side, quantity, entryPrice }: (typeof before.positions)[number]) => ({
      instrumentId,
      side,
      quantity,
      entryPrice,
    })
    expect(after.marketMs).toBeGreaterThanOrEqual(before.marketMs)
    expect(after.positions.map(held)).toEqual(before.positions.map(held))
    expect(after.positions.map((position) => [position.strategyId, position.stopState])).toEqual(
      before.positions.map(() => ['adopted', 'working']),
    )
    expect(after.account.balance).toBe(before.account.balance)
    expect(countOf(dataDir, 'trades')).toBe(0)
    expect(countOf(dataDir, 'fills')).toBe(before.positions.length)
  })

  it('stays halted after the kill switch until a person resumes, and closes what was open', async () => {
    const dataDir = temporaryDir()
    const first = await openEngine(dataDir)
    await openPosition(first)
    await first.ask('kill.activate', { confirmation: 'KILL' })
    const killed = await first.ask('desk.snapshot', {})
    expect(killed.positions).toEqual([])
    expect(killed.orders).toEqual([])
    expect(killed.risk.tradingState).toBe('halted')
    await first.stop()

    const second = await openEngine(dataDir)
    expect((await second.ask('desk.snapshot', {})).risk).toMatchObject({ tradingState: 'halted', trips: [{ code: 'kill_switch' }] })
    await second.ask('trading.setState', { state: 'active' })
    expect((await second.ask('desk.snapshot', {})).risk.tradingState).toBe('active')
    await second.stop()
  })

  it('asks the venue for the truth after the machine has slept, and enters nothing before it has the answer', async () => {
    const engine = await openEngine(temporaryDir(), { speed: 1 })
    await engine.until('the first reconciliation', async () =>
      (await engine.ask('desk.snapshot', {})).alerts.some((alert) => alert.code === 'reconciled'),
    )
    engine.send({ t: 'power', condition: 'suspending' })
    const asleep = await engine.ask('desk.snapshot', {})
    expect(asleep.alerts.at(-1)?.code).toBe('suspending')
    engine.send({ t: 'power', condition: 'resumed' })
    await engine.until('another reconciliation', async () => {
      const codes = (await engine.ask('desk.snapshot', {})).alerts.map((alert) => alert.code)
      return codes.lastIndexOf('reconciled') > codes.lastIndexOf('resumed')
    })
    await engine.stop()
  })
})

describe('an engine that cannot start', () => {
  it('says which file of the recorded market cannot be read', async () => {
    const engine = await openEngine(temporaryDir(), { assetsDir: temporaryDir() })
    expect(engine.messages).toContainEqual({ t: 'fatal', message: expect.stringContaining('manifest.json') })
    await engine.stop()
  })
})
