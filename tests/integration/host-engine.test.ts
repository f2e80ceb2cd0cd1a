// Proves the host over a real thread and a real child process: what it lets through, what it refuses, and that an engine that dies
// in any way comes back with what it had written down.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { spawnChild, spawnThread } from '../../src-main/host/transport.ts'
import { commands, type CommandName } from '../../src-shared/bridge/contract.ts'
import { makeHost, type HostSetup } from '../support/host.ts'

type Made = ReturnType<typeof makeHost>
let made: Made
async function start(setup: HostSetup = {}): Promise<Made> {
  made = makeHost(setup)
  made.host.start()
  await made.running()
  return made
}
const invoke = (command: unknown, input: unknown) => made.host.invoke(command, input, 'test')
afterEach(() => made.dispose())

describe.each([
  ['a thread', spawnThread],
  ['a child process', spawnChild],
])('an engine in %s', (_name, spawn) => {
  it('answers, and stops cleanly', async () => {
    await start({ spawn })
    expect(await invoke('desk.snapshot', {})).toMatchObject({ ok: true, value: { positions: [] } })
    expect(await made.host.stop()).toBe('clean')
  })

  it.each(['throw', 'exit', 'hang'])('recovers from %s with its positions', async (kind) => {
    await start({ spawn })
    await invoke('strategy.pause', { strategyId: 's', paused: true })
    const pending = invoke('debug.fault', { kind })
    await vi.waitUntil(() => made.host.status().restarts === 1, { timeout: 10_000, interval: 5 })
    if (kind === 'hang') expect(await pending).toMatchObject({ ok: false, error: { code: 'engine_down' } })
    await made.running()
    expect(await invoke('desk.snapshot', {})).toMatchObject({ ok: true, value: { positions: [{ id: 'p0' }] } })
  })

  it('that hangs is ended by force', async () => {
    await start({ spawn, supervisor: { heartbeatMissesMax: 1_000, shutdownTimeoutMs: 100 } })
    void invoke('debug.fault', { kind: 'hang' })
    expect(await made.host.stop()).toBe('forced')
  })
})

describe('the door', () => {
  it('refuses commands that are not in the contract, also those every object has', async () => {
    await start()
    for (const command of ['nonsense', '__proto__', 'constructor', 'toString', '', 7, null, {}]) {
      expect(await invoke(command, {}), String(command)).toMatchObject({ ok: false, error: { code: 'unknown_command' } })
    }
  })

  it('refuses bad input to every command that takes one, naming the command', async () => {
    await start()
    const names = Object.keys(commands) as CommandName[]
    for (const command of names) {
      expect(await invoke(command, { unexpected: 1 }), command).toMatchObject({
        ok: false,
        error: { code: 'bad_input', message: expect.stringContaining(command) },
      })
    }
  })

  it('does not let an answer through that does not fit the contract', async () => {
    await start()
    expect(await invoke('order.cancel', { clientOrderId: 'a' })).toMatchObject({ ok: false, error: { code: 'internal' } })
  })

  it("passes the engine's own refusals on", async () => {
    await start()
    expect(await invoke('position.close', { positionId: 'a' })).toEqual({
      ok: false,
      error: { code: 'not_found', message: 'no such position' },
    })
  })

  it('refuses faults outside tests', async () => {
    await start({ allowFaults: false })
    expect(await invoke('debug.fault', { kind: 'throw' })).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(made.host.state).toBe('running')
  })

  it('writes down who changed what and what came of it, and nothing about reading', async () => {
    await start()
    await made.host.invoke('strategy.pause', { strategyId: 'trend', paused: true }, 'browser 3')
    await made.host.invoke('position.close', { positionId: 'a' }, 'tray')
    await invoke('desk.snapshot', {})
    const audit = made.log.tail(100).filter((line) => line.source === 'audit')
    expect(audit.map((line) => line.message.split(' ').slice(0, 3).join(' '))).toEqual([
      'browser 3 strategy.pause',
      'tray position.close {"positionId":"a"}',
    ])
    expect(audit[1]?.message).toContain('not_found')
  })

  it('answers system.status and log.tail itself, and restarts the engine on request', async () => {
    await start()
    expect(await invoke('system.status', {})).toMatchObject({ ok: true, value: { host: { state: 'running' }, dataDir: made.dataDir } })
    expect(await invoke('engine.restart', {})).toEqual({ ok: true, value: {} })
    await made.running()
    expect(await invoke('log.tail', { limit: 1 })).toMatchObject({ ok: true, value: [{ source: expect.any(String) }] })
  })
})

describe('the journal reader', () => {
  const orders = { limit: 1, offset: 0 }

  it('is opened when first asked, and its answers are checked like all others', async () => {
    const handle = vi.fn((command: string) => (command === 'journal.orders' ? { total: 0, rows: [] } : { odd: true }))
    await start({ journal: { handle, close: () => {} } })
    expect(await invoke('journal.orders', orders)).toEqual({ ok: true, value: { total: 0, rows: [] } })
    expect(await invoke('journal.fills', orders)).toMatchObject({ ok: false, error: { code: 'internal' } })
  })

  it('says not_found for a record that is not there, and is closed with the host', async () => {
    const close = vi.fn()
    const handle = (command: string): never => {
      if (command === 'journal.export') throw Object.assign(new Error('too many rows'), { code: 'too_large' })
      throw Object.assign(new Error('no decision d1'), { code: 'not_found' })
    }
    await start({ journal: { handle, close } })
    expect(await invoke('journal.export', { table: 'fills', format: 'csv' })).toMatchObject({ ok: false, error: { code: 'refused' } })
    expect(await invoke('decision.detail', { id: 'd1' })).toMatchObject({
      ok: false,
      error: { code: 'not_found', message: expect.stringContaining('d1') },
    })
    await made.host.stop()
    expect(close).toHaveBeenCalledOnce()
  })

  it('that cannot be opened is an error of that command alone', async () => {
    await start()
    expect(await invoke('journal.orders', orders)).toMatchObject({ ok: false, error: { code: 'internal' } })
    expect(await invoke('desk.snapshot', {})).toMatchObject({ ok: true })
  })
})

describe('what the engine announces', () => {
  it('reaches every listener though one of them fails, and stops with the undo', async () => {
    await start()
    const seen: string[] = []
    made.host.subscribe('desk', () => {
      throw new Error('a broken screen')
    })
    const off = made.host.subscribe('desk', (json) => seen.push(json))
    await invoke('playback.setSpeed', { speed: 2 })
    expect(seen.map((json) => JSON.parse(json).sequence)).toEqual([1, 2])
    off()
    await invoke('playback.setSpeed', { speed: 1 })
    expect(seen).toHaveLength(2)
  })

  it('is in the log without secrets, in memory and in the file', async () => {
    await start()
    const line = made.log.tail(100).find(({ source }) => source === 'engine')
    expect(line?.message).toContain('fake engine up')
    const file = readFileSync(path.join(made.dataDir, 'logs', 'tradewright.log'), 'utf8')
    expect(file).toContain('fake engine up')
    for (const text of [line?.message, file]) expect(text).not.toContain('abcdef')
  })

  it('passes the sleep of the machine on to the engine', async () => {
    await start()
    made.host.power('suspending')
    await vi.waitUntil(() => made.log.tail(100).some((line) => line.source === 'engine' && line.message === 'power suspending'), {
      timeout: 5_000,
    })
  })
})
