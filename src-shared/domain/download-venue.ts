// The venues whose past can be fetched; data of others comes in files.
import { HOUR_MS } from './time.ts'

export type DownloadVenue = {
  /** In ccxt's words, as series are stored under it. */
  readonly id: string
  readonly title: string
  /** An instrument as a person would write it. */
  readonly example: string
  /** Usual time between two payments of funding, ms. */
  readonly fundingMs: number
}

export const DOWNLOAD_VENUES = [
  { id: 'binanceusdm', title: 'Binance USDT-M', example: 'BTCUSDT', fundingMs: 8 * HOUR_MS },
  { id: 'bybit', title: 'Bybit linear', example: 'BTCUSDT', fundingMs: 8 * HOUR_MS },
  { id: 'okx', title: 'OKX swap', example: 'BTC/USDT:USDT', fundingMs: 8 * HOUR_MS },
  { id: 'deribit', title: 'Deribit perpetual', example: 'BTC/USDC:USDC', fundingMs: HOUR_MS },
] as const satisfies readonly DownloadVenue[]
export type DownloadVenueId = (typeof DOWNLOAD_VENUES)[number]['id']

/** Null for a venue that nothing can be downloaded from. */
export const downloadVenue = (id: string): (DownloadVenue & { readonly id: DownloadVenueId }) | null =>
  DOWNLOAD_VENUES.find((venue) => venue.id === id) ?? null

/** For messages: "binanceusdm, bybit, okx or deribit". */
export const DOWNLOAD_VENUE_IDS: string = DOWNLOAD_VENUES.map(({ id }) => id)
  .join(', ')
  .replace(/, (\w+)$/, ' or $1')
