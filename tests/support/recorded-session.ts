// A paper session on the recorded market with everything in it that a recording can hold: a user's own strategy, one that comes late, commands.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openEngine } from './engine-in-process.ts'
import { temporaryDir } from './temporary-dir.ts'

const ROOT = join(import.meta.dirname, '../..')
const HOUR_MS = 3_600_000
const MARKET_HOURS = 30
const HOURS_AFTER = 10

/** Returns the path of the recording. Takes some seconds. */
export async function recordSession(): Promise<string> {
  const dataDir = temporaryDir()
  mkdirSync(join(dataDir, 'strategies'))
  const [example] = readdirSync(join(ROOT, 'assets/strategies')).filter((name) => name.endsWith('.ts'))
  copyFileSync(join(ROOT, 'assets/strategies', example ?? ''), join(dataDir, 'strategies', 'own.ts'))
  const engine = await openEngine(dataDir, { speed: 0 })
  const marketMs = async (): Promise<number> => (await engine.ask('desk.snapshot', {})).marketMs
  const startMs = await marketMs()
  await engine.until(`${MARKET_HOURS} hours of market`, async () => (await marketMs()) > startMs + MARKET_HOURS * HOUR_MS)
  await engine.ask('playback.setPlaying', { playing: false })
  const source = readFileSync(join(dataDir, 'strategies', 'own.ts'), 'utf8')
  const { strategies } = await engine.ask('desk.snapshot', {})
  const own = strategies.find((strategy) => strategy.source === 'user')?.id ?? ''
  writeFileSync(join(dataDir, 'strategies', 'late.ts'), source.replaceAll(`'${own}'`, "'late'"))
  await engine.until('the late strategy runs, warm at once', async () =>
    (await engine.ask('desk.snapshot', {})).strategies.some((strategy) => strategy.id === 'late' && strategy.state === 'running'),
  )
  await engine.ask('playback.setPlaying', { playing: true })
  const lateMs = await marketMs()
  await engine.until('some more hours', async () => (await marketMs()) > lateMs + HOURS_AFTER * HOUR_MS)
  await engine.ask('playback.setPlaying', { playing: false })
  const { positions, decisions } = await engine.ask('desk.snapshot', {})
  if (decisions.length <= 5) throw new Error('nothing was decided: the recording would prove nothing')
  const [position] = positions
  if (position !== undefined) await engine.ask('position.close', { positionId: position.id })
  await engine.ask('trading.setState', { state: 'reducing' })
  await engine.stop()
  const [file] = readdirSync(join(dataDir, 'recordings'))
  return join(dataDir, 'recordings', file ?? '')
}
