// Proves that a session can be run again: the recording of a paper session gives the same hash of all effects when it is replayed,
// twice in this process and once in another one, with a user's own strategy in it.
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { replaySession } from '../../src-main/engine/session-replay.ts'
import { openEngine } from '../support/engine-in-process.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const root = join(import.meta.dirname, '../..')
const MARKET_HOURS = 30
let recording = ''

beforeAll(async () => {
  const dataDir = temporaryDir()
  mkdirSync(join(dataDir, 'strategies'))
  const [example] = readdirSync(join(root, 'assets/strategies')).filter((name) => name.endsWith('.ts'))
  copyFileSync(join(root, 'assets/strategies', example ?? ''), join(dataDir, 'strategies', 'own.ts'))
  const engine = await openEngine(dataDir, { speed: 0 })
  const startMs = (await engine.ask('desk.snapshot', {})).marketMs
  await engine.until(
    `${MARKET_HOURS} hours of market`,
    async () => (await engine.ask('desk.snapshot', {})).marketMs > startMs + MARKET_HOURS * 3_600_000,
  )
  await engine.ask('playback.setPlaying', { playing: false })
  const source = readFileSync(join(dataDir, 'strategies', 'own.ts'), 'utf8')
  const { strategies } = await engine.ask('desk.snapshot', {})
  const own = strategies.find((strategy) => strategy.source === 'user')?.id ?? ''
  writeFileSync(join(dataDir, 'strategies', 'late.ts'), source.replaceAll(`'${own}'`, "'late'"))
  await engine.until('the late strategy runs, warm at once', async () =>
    (await engine.ask('desk.snapshot', {})).strategies.some((strategy) => strategy.id === 'late' && strategy.state === 'running'),
  )
  await engine.ask('playback.setPlaying', { playing: true })
  const lateMs = (await engine.ask('desk.snapshot', {})).marketMs
  await engine.until('some more hours', async () => (await engine.ask('desk.snapshot', {})).marketMs > lateMs + 10 * 3_600_000)
  await engine.ask('playback.setPlaying', { playing: false })
  const { positions, decisions } = await engine.ask('desk.snapshot', {})
  expect(decisions.length, 'nothing was decided: the replay would prove nothing').toBeGreaterThan(5)
  const [position] = positions
  if (position !== undefined) await engine.ask('position.close', { positionId: position.id })
  await engine.ask('trading.setState', { state: 'reducing' })
  await engine.stop()
  const [file] = readdirSync(join(dataDir, 'recordings'))
  recording = join(dataDir, 'recordings', file ?? '')
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
