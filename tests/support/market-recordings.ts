// Small recordings written to disk, whole or broken on purpose.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Candle } from '../../src-shared/domain/candle.ts'

const FIGURES = {
  venue: 'binanceusdm',
  quote: 'USDT',
  settle: 'USDT',
  contractSize: '1',
  makerFeeRate: '0.0002',
  takerFeeRate: '0.0005',
  maintenanceMarginRate: '0.004',
  leverageMax: 125,
  tickSize: '0.1',
  lotSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '1000',
  maxMarketQuantity: '120',
  minNotional: '100',
}

export type Sample = { readonly base: string; readonly candles: string; readonly funding?: string; readonly gzip?: boolean }
type Json = Record<string, unknown>

export const candleCsv = (candles: readonly Candle[]): string =>
  [
    'openTimeMs,open,high,low,close,volume',
    ...candles.map((c) => [c.openTimeMs, c.open, c.high, c.low, c.close, c.volume].join(',')),
    '',
  ].join('\n')
export const fundingCsv = (rows: readonly (readonly [number, number])[]): string =>
  ['fundingTimeMs,fundingRate', ...rows.map((row) => row.join(',')), ''].join('\n')

/** A folder that removes itself with `remove`. */
export function temporaryFolder(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'market-recording-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** Writes the files and a manifest that fits them; `change` may spoil the manifest before it is written. */
export function writeRecording(
  dir: string,
  samples: readonly Sample[],
  change: (manifest: Json, instruments: Json[]) => void = () => {},
): void {
  const instruments = samples.map(({ base, candles, funding, gzip }): Json => {
    const write = (file: string, csv: string): Json => {
      const bytes = file.endsWith('.gz') ? gzipSync(csv) : Buffer.from(csv)
      writeFileSync(join(dir, file), bytes)
      return { file, sha256: createHash('sha256').update(bytes).digest('hex'), rows: csv.trimEnd().split('\n').length - 1 }
    }
    return {
      ...FIGURES,
      id: `${base}/USDT:USDT`,
      base,
      candles: write(`${base}.csv${gzip ? '.gz' : ''}`, candles),
      funding: funding === undefined ? null : write(`${base}-funding.csv`, funding),
    }
  })
  const suggestedStartMs = Number(samples[0]?.candles.split('\n')[1]?.split(',')[0])
  const manifest: Json = { format: 1, title: 'Test market', baseTimeframe: '1m', suggestedStartMs, instruments }
  change(manifest, instruments)
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest))
}
