// A file that was uploaded, or named on the command line, on its way into the store of market data: all of it or nothing.
import { rmSync } from 'node:fs'
import { formatNumber } from '../../../src-shared/format/numbers.ts'
import { formatUtc } from '../../../src-shared/format/times.ts'
import type { DataPassport } from '../../../src-shared/domain/series.ts'
import { importFile } from '../../adapters/market-store/importers/import-file.ts'
import { openMarketStore } from '../../adapters/market-store/market-store.ts'
import { JobCanceled, type JobContext, JobFailure } from './job-context.ts'
import { marketFileOf } from './load-data.ts'
import type { TaskOf } from './task.ts'

export async function runImport(context: JobContext, { file, fileName, request }: TaskOf<'import'>): Promise<string> {
  const { signal, options } = context
  const store = openMarketStore(marketFileOf(options.dataDir))
  try {
    for (const warning of store.warnings) context.log('warn', warning)
    const onProgress = ({ bytes, bytesTotal, rows }: { bytes: number; bytesTotal: number; rows: number }): void =>
      context.progress({ done: bytes, total: bytesTotal, unit: 'bytes', message: `${formatNumber(rows, 0)} rows of ${fileName}` })
    const imported = await importFile(store, { ...request, path: file, fileName }, { nowMs: Date.now(), signal, onProgress })
    if (imported.ok) return seriesText(imported.value)
    throw imported.error.kind === 'canceled' ? new JobCanceled(imported.error.message) : new JobFailure(imported.error.message)
  } finally {
    store.close()
  }
}

/** Such as "binanceusdm|BTC/USDT:USDT|candles|1m now has 44,640 rows from 2025-05-01 00:00 to 2025-05-31 23:59, 12 missing". */
export function seriesText({ id, rows, fromMs, toMs, missing }: DataPassport): string {
  const gaps = missing === 0 ? '' : `, ${formatNumber(missing, 0)} missing`
  return `${id} now has ${formatNumber(rows, 0)} rows from ${formatUtc(fromMs, 'minute')} to ${formatUtc(toMs, 'minute')}${gaps}`
}

/** An uploaded file belongs to its import, and goes with it. */
export function removeUpload(file: string): void {
  rmSync(file, { force: true })
}
