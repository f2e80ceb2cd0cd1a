// The recordings that come with the program, put into the market store once, so that the lab has something to work on at its first start.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Instrument } from '../../src-shared/domain/instrument.ts'
import { type Result, err, ok } from '../../src-shared/domain/result.ts'
import { type SeriesId, type SeriesRef, seriesIdOf } from '../../src-shared/domain/series.ts'
import type { SqliteMarketStore } from '../adapters/market-store/market-store.ts'
import { type Manifest, type RecordedFile, parseManifest } from '../adapters/replay/manifest.ts'
import { EARLIER_TIMEFRAME } from '../adapters/replay/longer-bars.ts'
import { type RecordedSeries, openRecording } from '../adapters/replay/recording.ts'
import type { SeriesWriter } from '../core/ports/market-store.ts'

const RECORDINGS = ['market', 'market-2023']

/** One file of a recording and the series it becomes part of. */
type Seed = {
  readonly ref: SeriesRef
  readonly file: RecordedFile
  readonly instrument: Instrument
  fill(writer: SeriesWriter, series: RecordedSeries): void
}

/**
 * The series that were added to. What was put in once is not put in again, not even after it was deleted. `assetsDir` is the folder that holds
 * the recordings. The error is one sentence; what was put in before it stays. Throws what the store throws.
 */
export function seedBundled(store: SqliteMarketStore, assetsDir: string, nowMs: number): Result<readonly SeriesId[], string> {
  const seeded = new Set<SeriesId>()
  for (const name of RECORDINGS) {
    const dir = path.join(assetsDir, name)
    const seeds = unknownSeeds(store, dir)
    if (!seeds.ok) return seeds
    if (seeds.value.length === 0) continue
    const recording = openRecording(dir)
    if (!recording.ok) return recording
    for (const seed of seeds.value) {
      const series = recording.value.series.find(({ instrumentId }) => instrumentId === seed.ref.instrumentId)
      if (series === undefined) return err(`recorded market ${dir} holds no ${seed.ref.instrumentId}`)
      sow(store, { seed, series, nowMs })
      seeded.add(seriesIdOf(seed.ref))
    }
  }
  return ok([...seeded])
}

/** What the manifest names and the store has never had. Reads nothing else, so that a later start costs nothing. */
function unknownSeeds(store: SqliteMarketStore, dir: string): Result<readonly Seed[], string> {
  const file = path.join(dir, 'manifest.json')
  try {
    const manifest = parseManifest(readFileSync(file, 'utf8'))
    if (!manifest.ok) return err(`recorded market ${file}: ${manifest.error}`)
    return ok(seedsOf(manifest.value).filter((seed) => !wasSown(store, seed)))
  } catch (error) {
    return err(`recorded market ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function seedsOf({ instruments, baseTimeframe }: Manifest): readonly Seed[] {
  return instruments.flatMap(({ candles, funding, earlier, stream: _stream, ...instrument }): Seed[] => {
    const { id: instrumentId, venue } = instrument
    const of = (kind: SeriesRef['kind'], timeframe: SeriesRef['timeframe']): SeriesRef => ({ venue, instrumentId, kind, timeframe })
    const seeds: Seed[] = [
      { ref: of('candles', baseTimeframe), file: candles, instrument, fill: (writer, series) => writer.addCandles(series.candles) },
    ]
    if (earlier !== undefined)
      seeds.push({
        ref: of('candles', EARLIER_TIMEFRAME),
        file: earlier,
        instrument,
        fill: (writer, series) => series.earlier && writer.addCandles(series.earlier),
      })
    if (funding !== null)
      seeds.push({
        ref: of('funding', null),
        file: funding,
        instrument,
        fill: (writer, { fundingTimeMs, fundingRate }) => writer.addFunding({ timeMs: fundingTimeMs, rate: fundingRate }),
      })
    return seeds
  })
}

/** Also known by the passport, for a process that died between the two. */
function wasSown(store: SqliteMarketStore, { ref, file }: Seed): boolean {
  if (store.wasSeeded(file.sha256)) return true
  const passport = store.list().find(({ id }) => id === seriesIdOf(ref))
  return passport?.sources.some(({ sha256 }) => sha256 === file.sha256) ?? false
}

function sow(store: SqliteMarketStore, { seed, series, nowMs }: { seed: Seed; series: RecordedSeries; nowMs: number }): void {
  const { ref, file, instrument } = seed
  const source = { kind: 'bundled', name: file.file, importedMs: nowMs, sha256: file.sha256 } as const
  const writer = store.begin({ ref, instrument, instrumentFrom: 'bundled', source })
  try {
    seed.fill(writer, series)
    writer.finish()
  } finally {
    writer.abandon()
  }
  store.markSeeded(file.sha256)
}
