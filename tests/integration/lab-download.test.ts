// Proves the download as a job, against a venue on loopback: what it tells while it runs, what it keeps when it is stopped, and how it goes on.
import { resolve } from 'node:path'
import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openMarketStoreReader } from '../../src-main/adapters/market-store/store-reader.ts'
import { openRecording } from '../../src-main/adapters/replay/recording.ts'
import { systemScheduler } from '../../src-main/adapters/system/scheduler.ts'
import { type Reach, runDownload } from '../../src-main/lab/jobs/download-job.ts'
import { JobCanceled, type JobContext, JobFailure } from '../../src-main/lab/jobs/job-context.ts'
import { marketFileOf } from '../../src-main/lab/jobs/load-data.ts'
import type { JobProgress } from '../../src-main/lab/jobs/task.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import { LoopbackVenue } from '../support/market-loopback.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const opened = openRecording(resolve(import.meta.dirname, '../../assets/market'))
if (!opened.ok) throw new Error(opened.error)
const recording = opened.value
const startMs = recording.series[0]?.candles.openTimeMs[0] ?? 0
const at = (minute: number): number => startMs + minute * MINUTE_MS

let venue: LoopbackVenue
let dataDir: string
let stop: AbortController
let told: JobProgress[]
beforeEach(async () => {
  venue = new LoopbackVenue(recording, at(10_000))
  venue.listedSinceMs = startMs
  await venue.listen()
  dataDir = temporaryDir()
  stop = new AbortController()
  told = []
})
afterEach(async () => {
  await venue.close()
  rmSync(dataDir, { recursive: true })
})

function download(
  onProgress: (progress: JobProgress) => void = () => undefined,
  over: { venue?: string; instrumentId?: string } = {},
): Promise<string> {
  const context: Pick<JobContext, 'options' | 'signal' | 'progress' | 'log'> = {
    options: { version: '0', dataDir, assetsDir: '', settings: Settings.parse({}) },
    signal: stop.signal,
    progress(progress) {
      told.push(progress)
      onProgress(progress)
    },
    log: () => undefined,
  }
  const reach: Reach = {
    scheduler: {
      ...systemScheduler,
      nowMs: () => venue.nowMs,
      schedule: (ms, callback) => systemScheduler.schedule(ms > 15_000 ? ms : ms / 200, callback),
    },
    importCcxt: () => import('ccxt'),
    endpoints: venue.endpoints,
    random: () => 0.5,
  }
  const request = {
    venue: 'binanceusdm',
    instrumentId: 'BTC/USDT:USDT',
    kind: 'candles',
    timeframe: '1m',
    fromMs: at(0),
    toMs: at(2_499),
    ...over,
  } as const
  return runDownload(context as JobContext, { kind: 'download', request }, reach)
}
const rows = (): number => {
  const reader = openMarketStoreReader(marketFileOf(dataDir))
  const [passport] = reader.list()
  reader.close()
  return passport?.rows ?? 0
}

it('tells how many rows have come of how many, and what there is at the end', async () => {
  expect(await download()).toBe(
    '2,500 new rows; binanceusdm|BTC/USDT:USDT|candles|1m now has 2,500 rows from 2025-05-04 15:33 to 2025-05-06 09:12',
  )
  expect(told.map(({ done, total, unit }) => [done, total, unit])).toEqual([
    [0, 0, 'rows'],
    [1_000, 2_500, 'rows'],
    [2_000, 2_500, 'rows'],
    [2_500, 2_500, 'rows'],
  ])
  expect(told[2]?.message).toBe('up to 2025-05-06 00:52')
  expect(await download()).toContain('nothing was missing; ')
})

it('keeps what has come when it is stopped, and asks for the rest alone the next time', async () => {
  const stopped = download(({ done }) => {
    if (done >= 1_000) stop.abort()
  })
  await expect(stopped).rejects.toThrow(JobCanceled)
  await expect(stopped).rejects.toThrow('1,000 rows had come and were kept')
  expect(rows()).toBe(1_000)
  stop = new AbortController()
  expect(await download()).toContain('1,500 new rows')
  expect(rows()).toBe(2_500)
})

it('says what the venue or the request has against it', async () => {
  await expect(download(undefined, { venue: 'kraken' })).rejects.toThrow(JobFailure)
  await expect(download(undefined, { venue: 'kraken' })).rejects.toThrow('nothing can be downloaded from kraken')
  await expect(download(undefined, { instrumentId: 'nonsense' })).rejects.toThrow(RangeError)
  venue.status = 503
  await expect(download()).rejects.toThrow(JobFailure)
})
