// The commands about market data: what is there, how it gets there, and how it goes.
import { instrumentId } from '../../../src-shared/domain/ids.ts'
import type { SeriesId } from '../../../src-shared/domain/series.ts'
import { previewFile } from '../../adapters/market-store/importers/preview-file.ts'
import { openMarketStore } from '../../adapters/market-store/market-store.ts'
import { marketFileOf } from '../jobs/load-data.ts'
import { candleHistory } from './candle-history.ts'
import type { LabHandlers } from './handlers.ts'
import { seriesView } from './passport-view.ts'
import { Refusal } from './refusal.ts'

export const DATA_HANDLERS = {
  'lab.series.list': ({ market }) => {
    const reader = market.reader()
    return reader === null ? [] : reader.list().map((passport) => seriesView(passport, reader.seriesBytes(passport.id)))
  },
  'lab.series.candles': ({ market }, input) => {
    const reader = market.reader()
    if (reader === null) throw new Refusal('not_found', 'there is no market data yet')
    return candleHistory(reader, input)
  },
  'lab.series.delete': (lab, { id }) => {
    if (lab.jobs.list().some(({ kind, state }) => state === 'running' && (kind === 'import' || kind === 'download')))
      throw new Refusal('refused', 'market data is being imported or downloaded; delete when that has ended')
    const store = openMarketStore(marketFileOf(lab.options.dataDir))
    try {
      // The store knows its series by their names, whoever says them.
      store.delete(id as SeriesId)
    } finally {
      store.close()
      lab.market.refresh()
    }
    return {}
  },
  'lab.upload.begin': ({ uploads }, { fileName, bytes }) => ({ uploadId: uploads.begin(fileName, bytes) }),
  'lab.upload.chunk': ({ uploads }, { uploadId, offset, base64 }) => {
    uploads.chunk(uploadId, offset, base64)
    return {}
  },
  'lab.upload.preview': async ({ uploads }, { uploadId }) => {
    const { file, fileName } = uploads.complete(uploadId)
    const preview = await previewFile(file, fileName)
    if (!preview.ok) throw new Refusal('refused', preview.error.message)
    const { bytes, format, kind, instrumentId, timeframe, columns, sample } = preview.value
    return { uploadId, fileName: preview.value.fileName, bytes, format, kind, instrumentId, timeframe, columns, sample }
  },
  'lab.upload.cancel': ({ uploads }, { uploadId }) => {
    uploads.cancel(uploadId)
    return {}
  },
  'lab.import.start': ({ uploads, jobs }, { uploadId, ...request }) => {
    const { file, fileName } = uploads.complete(uploadId)
    const jobId = jobs.start({ kind: 'import', file, fileName, request }, fileName)
    // The job has it now, and removes it.
    uploads.take(uploadId)
    return { jobId }
  },
  'lab.download.start': ({ jobs }, request) => {
    const { kind, timeframe } = request
    // A RangeError says what an instrument is called.
    const id = instrumentId(request.instrumentId)
    return { jobId: jobs.start({ kind: 'download', request: { ...request, instrumentId: id } }, `${id} ${timeframe ?? kind}`) }
  },
} as const satisfies Partial<LabHandlers>
