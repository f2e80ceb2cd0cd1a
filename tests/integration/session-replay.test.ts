// Proves that a session can be run again: the recording of a paper session gives the same hash of all effects when it is replayed,
// twice in this process and once in another one, with a user's own strategy in it.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { replaySession } from '../../src-main/engine/session-replay.ts'
import { recordSession } from '../support/recorded-session.ts'

const root = join(import.meta.dirname, '../..')
let recording = ''

beforeAll(async () => {
  recording = await recordSession()
}, 120_000)

describe('replaying a recorded session', () => {
  it('comes to the recorded hash, each time', async () => {
    const first = await replaySession(recording)
    const second = await replaySession(recording)
    expect(first).toEqual(second)
    expect(first).toMatchObject({ ok: true, value: { matches: true } })
    if (first.ok) expect(first.value.effects).toBeGreaterThan(1_000)
  })

  it('comes to the same hash in another process', async () => {
    const here = await replaySession(recording)
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'scripts/replay.ts'), recording])
    expect(stdout).toContain('The same, bit for bit.')
    if (here.ok) expect(stdout).toContain(here.value.hash)
  })

  it('notices a single changed fill', async () => {
    const lines = readFileSync(recording, 'utf8').split('\n')
    const at = lines.findIndex((line) => line.includes('"type":"fill"'))
    const changed = lines.map((line, index) => (index === at ? line.replace('"liquidity":"taker"', '"liquidity":"maker"') : line))
    expect(changed[at]).not.toBe(lines[at])
    const copy = `${recording}.changed`
    writeFileSync(copy, changed.join('\n'))
    expect(await replaySession(copy)).toMatchObject({ ok: true, value: { matches: false } })
  })

  it('names the file and the line of a broken recording', async () => {
    const copy = `${recording}.broken`
    writeFileSync(copy, `${readFileSync(recording, 'utf8').split('\n').slice(0, 3).join('\n')}\n{"t":"event",\n`)
    expect(await replaySession(copy)).toMatchObject({ ok: false, error: expect.stringContaining('line 4') })
  })
})
