// Proves with the real engine that a session knows what surrounds its market: values reach the kernel before the candles that close after
// them, stand in the recording and replay to the same hash, survive a seek, and are shown; on a live market they come over HTTP.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createLiveContext } from '../../src-main/adapters/context/live-context.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import type { RecordingLine } from '../../src-main/engine/session-recorder.ts'
import { replaySession } from '../../src-main/engine/session-replay.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { BTC, INSTRUMENTS, LoopbackSources, RECORDING, presentAnswers } from '../support/context-loopback.ts'
import { type EngineInProcess, openEngine } from '../support/engine-in-process.ts'
import { LIVE_SETTINGS, LiveDesk } from '../support/live-desk.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const ROOT = path.resolve(import.meta.dirname, '../..')
const START_MS = RECORDING.suggestedStartMs

/** The bundled market with a taker ratio beside it: every 7.5 minutes, so that half of its times fall into the middle of a minute. */
function assets(): string {
  const dir = temporaryDir()
  symlinkSync(path.join(ROOT, 'assets/market'), path.join(dir, 'market'))
  mkdirSync(path.join(dir, 'context'))
  const times = Array.from({ length: 2_000 }, (_, row) => START_MS - 1_000 * 450_000 + row * 450_000)
  const bytes = gzipSync(`timeMs,value\n${times.map((ms, row) => `${ms},${1 + row / 10_000}`).join('\n')}\n`)
  writeFileSync(path.join(dir, 'context', 'taker.csv.gz'), bytes)
  const series = {
    file: 'taker.csv.gz',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    rows: times.length,
    firstMs: times[0],
    lastMs: times.at(-1),
    source: 'taker_ratio',
    measure: 'taker_ratio',
    instrument: { venue: 'binanceusdm', id: BTC },
    knownAfterMs: 0,
    validForMs: HOUR_MS,
  }
  writeFileSync(path.join(dir, 'context', 'manifest.json'), JSON.stringify({ format: 1, series: [series], headlines: null }))
  return dir
}
const marketMs = async (engine: EngineInProcess): Promise<number> => (await engine.ask('context.snapshot', {})).marketMs
async function playUntil(engine: EngineInProcess, untilMs: number): Promise<void> {
  await engine.until('the market has moved on', async () => (await marketMs(engine)) > untilMs)
  await engine.ask('playback.setPlaying', { playing: false })
}
function recordings(dataDir: string): readonly string[] {
  const dir = path.join(dataDir, 'recordings')
  return readdirSync(dir)
    .toSorted()
    .map((name) => path.join(dir, name))
}
const linesOf = (file: string): readonly RecordingLine[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const marketEvents = (file: string) =>
  linesOf(file).flatMap((line) =>
    line.t === 'event' && line.event.source === 'market' ? [{ tsMs: line.event.tsMs, event: line.event.event }] : [],
  )

describe('a recorded market', () => {
  it('shows each candle what was known by its close and nothing later, and replays to the same hash', async () => {
    const dataDir = temporaryDir()
    const engine = await openEngine(dataDir, { speed: 0, assetsDir: assets() })
    await playUntil(engine, START_MS + 4 * HOUR_MS)
    await engine.stop()
    const [file = ''] = recordings(dataDir)
    const events = marketEvents(file)
    let knownMs = Number.NEGATIVE_INFINITY
    let candles = 0
    let told = 0
    for (const { tsMs, event } of events) {
      if (event.type === 'measures' && 'taker_ratio' in event.values) {
        expect(event.tsEventMs).toBeLessThanOrEqual(tsMs)
        knownMs = event.tsEventMs
        told += 1
      }
      if (event.type !== 'candle') continue
      candles += 1
      const closeMs = event.candle.openTimeMs + MINUTE_MS
      // The newest of a grid of 7.5 minutes that the close of this candle has reached.
      expect(knownMs).toBe(closeMs - ((closeMs - START_MS) % 450_000))
    }
    expect([candles > 400, told > 30]).toEqual([true, true])
    expect(events.every(({ tsMs }, at) => at === 0 || tsMs >= (events[at - 1]?.tsMs ?? 0))).toBe(true)
    expect(await replaySession(file)).toMatchObject({ ok: true, value: { matches: true } })
  })

  it('tells the kernel the same in two runs', async () => {
    const assetsDir = assets()
    const run = async () => {
      const dataDir = temporaryDir()
      const engine = await openEngine(dataDir, { speed: 0, assetsDir })
      await playUntil(engine, START_MS + 2 * HOUR_MS)
      await engine.stop()
      const [file = ''] = recordings(dataDir)
      return marketEvents(file).filter(({ tsMs }) => tsMs < START_MS + 2 * HOUR_MS)
    }
    expect(await run()).toEqual(await run())
  })

  it('begins a session at another time with what was known then', async () => {
    const dataDir = temporaryDir()
    const engine = await openEngine(dataDir, { speed: 0, assetsDir: assets() })
    await engine.ask('playback.setPlaying', { playing: false })
    const soughtMs = START_MS + 24 * HOUR_MS + 3 * MINUTE_MS
    await engine.ask('playback.seek', { positionMs: soughtMs })
    const { measures, sources } = await engine.ask('context.snapshot', {})
    const known = (measure: string) => measures.find((each) => each.measure === measure && each.instrumentId === BTC)
    expect(known('taker_ratio')).toMatchObject({ tsMs: soughtMs - ((soughtMs - START_MS) % 450_000), unit: 'ratio', validForMs: HOUR_MS })
    expect(known('funding_rate')?.tsMs).toBeLessThanOrEqual(soughtMs)
    expect(soughtMs - (known('funding_rate')?.tsMs ?? 0)).toBeLessThan(8 * HOUR_MS)
    expect(sources.find(({ id }) => id === 'taker_ratio')).toMatchObject({ state: 'fresh' })
    expect(sources.find(({ id }) => id === 'fear_greed')).toMatchObject({ state: 'off', message: 'no recorded values for this time' })
    await engine.stop()
    // Before the first candle of the new session, at its beginning.
    const [begun = []] = recordings(dataDir)
      .map(marketEvents)
      .filter((events) => (events[0]?.tsMs ?? 0) >= soughtMs)
    const firstCandle = begun.findIndex(({ event }) => event.type === 'candle')
    const told = begun.findIndex(({ event }) => event.type === 'measures' && 'taker_ratio' in event.values)
    expect(told).toBeGreaterThanOrEqual(0)
    expect(firstCandle === -1 || told < firstCandle).toBe(true)
    expect(begun[told]?.tsMs).toBeLessThan(soughtMs + MINUTE_MS)
  })

  it('answers with history up to its own time, and refuses a question that makes no sense', async () => {
    const engine = await openEngine(temporaryDir(), { speed: 0, assetsDir: assets() })
    await playUntil(engine, START_MS + 2 * HOUR_MS)
    const nowMs = await marketMs(engine)
    const query = { measure: 'taker_ratio', instrumentId: BTC, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, pointsMax: 50 }
    const points = await engine.ask('context.history', query)
    expect(points).toHaveLength(50)
    expect(points.at(-1)?.tsMs).toBeLessThanOrEqual(nowMs)
    expect(nowMs - (points.at(-1)?.tsMs ?? 0)).toBeLessThan(450_000)
    await expect(engine.ask('context.history', { ...query, measure: 'mood' })).rejects.toThrow('"mood" is not a measure')
    await expect(engine.ask('context.history', { ...query, instrumentId: null })).rejects.toThrow('taker_ratio is of one instrument')
    await expect(engine.ask('context.history', { ...query, measure: 'fear_greed' })).rejects.toThrow('fear_greed is of the whole market')
    await expect(engine.ask('context.history', { ...query, fromMs: 2, toMs: 1 })).rejects.toThrow('ends before it begins')
    await expect(engine.ask('context.history', { ...query, instrumentId: 'not one' })).rejects.toThrow('bad_input')
    await engine.stop()
  })

  it('goes without, and says so, where context is switched off or its files are damaged', async () => {
    const off = await openEngine(temporaryDir(), { assetsDir: assets(), settings: Settings.parse({ context: { enabled: false } }) })
    const states = async (engine: EngineInProcess) =>
      (await engine.ask('context.snapshot', {})).sources.map(({ state, message }) => `${state}: ${message}`)
    expect(new Set(await states(off))).toEqual(new Set(['off: switched off in the settings']))
    await off.stop()
    const broken = assets()
    writeFileSync(path.join(broken, 'context', 'taker.csv.gz'), 'not what it was')
    const engine = await openEngine(temporaryDir(), { assetsDir: broken })
    expect((await states(engine))[0]).toMatch(/^off: recorded context .*taker\.csv\.gz is damaged/)
    expect((await engine.ask('desk.snapshot', {})).strategies.length).toBeGreaterThan(0)
    await engine.stop()
  })
})

describe('a live market', () => {
  it('asks its sources, tells the session without moving its time, and remembers them in the data directory', async () => {
    const server = new LoopbackSources(presentAnswers(() => Date.now()))
    await server.listen()
    const dataDir = temporaryDir()
    const desk = await LiveDesk.open(dataDir, START_MS)
    await desk.stop()
    desk.createContext = (options, instruments) => {
      const file = path.join(options.dataDir, 'context.db')
      const settings = options.settings.context
      return createLiveContext({ instruments, settings, file, scheduler: systemScheduler, random: () => 0, hosts: server.hosts })
    }
    await desk.start()
    const known = async (measure: string) =>
      (await desk.engine.ask('context.snapshot', {})).measures.find(
        (each) => each.measure === measure && (each.instrumentId ?? BTC) === BTC,
      )
    await desk.engine.until('spot prices are known', async () => (await known('spot_price'))?.value === 107_000.5)
    await desk.engine.until('so is the index', async () => (await known('fear_greed'))?.value === 25)
    await desk.close()
    await server.close()
    const measures = recordings(dataDir)
      .flatMap(marketEvents)
      .filter(({ event }) => event.type === 'measures')
    expect(measures.length).toBeGreaterThan(INSTRUMENTS.length)
    expect(measures.every(({ tsMs }) => tsMs <= START_MS + MINUTE_MS)).toBe(true)
    expect(readdirSync(dataDir)).toContain('context.db')
    expect(LIVE_SETTINGS.context.enabled).toBe(true)
  })
})
