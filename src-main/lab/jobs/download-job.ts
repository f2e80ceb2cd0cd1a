// Market data from a venue on its way into the store. What has come when it stops stays, and the next time goes on from there.
import { formatNumber } from '../../../src-shared/format/numbers.ts'
import { formatUtc } from '../../../src-shared/format/times.ts'
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import { type SeriesId, seriesIdOf } from '../../../src-shared/domain/series.ts'
import { type DownloadFailure, type DownloadOptions, type DownloadProgress, downloadSeries } from '../../adapters/ccxt/candle-download.ts'
import { openMarketStore } from '../../adapters/market-store/market-store.ts'
import { systemScheduler } from '../../adapters/system/scheduler.ts'
import type { MarketStoreReader } from '../../core/ports/market-store.ts'
import { seriesText } from './import-job.ts'
import { JobCanceled, type JobContext, JobFailure } from './job-context.ts'
import { marketFileOf } from './load-data.ts'
import type { TaskOf } from './task.ts'

/** How the venue is reached. */
export type Reach = Pick<DownloadOptions, 'scheduler' | 'importCcxt' | 'endpoints' | 'random'>
const REAL: Reach = { scheduler: systemScheduler, importCcxt: () => import('ccxt'), random: Math.random }

/** `reach` is another one in tests only, where the venue is on loopback. */
export async function runDownload(context: JobContext, { request }: TaskOf<'download'>, reach: Reach = REAL): Promise<string> {
  const store = openMarketStore(marketFileOf(context.options.dataDir))
  try {
    for (const warning of store.warnings) context.log('warn', warning)
    context.progress({ done: 0, total: 0, unit: 'rows', message: `asking ${request.venue}` })
    const wanted = { ...request, instrumentId: instrumentId(request.instrumentId) }
    const onProgress = (told: DownloadProgress): void => context.progress(progressOf(told))
    const downloaded = await downloadSeries(store, wanted, { ...reach, signal: context.signal, onProgress })
    if (!downloaded.ok) throw endOf(downloaded.error)
    const id = seriesIdOf({ ...wanted, timeframe: wanted.kind === 'candles' ? wanted.timeframe : null })
    return `${rowsText(downloaded.value.rows)}; ${stateOf(store, id)}`
  } finally {
    store.close()
  }
}

/** Of funding nobody knows how many payments there will be. */
const progressOf = ({ rows, rowsTotal, atMs }: DownloadProgress): Parameters<JobContext['progress']>[0] => ({
  done: rows,
  total: rowsTotal ?? 0,
  unit: 'rows',
  message: `up to ${formatUtc(atMs, 'minute')}`,
})

const rowsText = (rows: number): string => (rows === 0 ? 'nothing was missing' : `${formatNumber(rows, 0)} new rows`)

function endOf({ kind, message, rows }: DownloadFailure): Error {
  const kept = rows === 0 ? message : `${message}; ${formatNumber(rows, 0)} rows had come and were kept`
  return kind === 'canceled' ? new JobCanceled(kept) : new JobFailure(kept)
}

function stateOf(store: MarketStoreReader, id: SeriesId): string {
  const passport = store.list().find((each) => each.id === id)
  return passport === undefined ? `the venue has nothing of ${id} in this time` : seriesText(passport)
}
