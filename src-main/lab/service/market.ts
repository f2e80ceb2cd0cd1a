// The market data as the lab's worker reads it. There may be none yet; and a file that was damaged is replaced by the writer, so a connection is
// opened anew after each import.
import { statSync } from 'node:fs'
import { type StoreReader, openMarketStoreReader } from '../../adapters/market-store/store-reader.ts'

export class Market {
  readonly #file: string
  #reader: StoreReader | null = null

  constructor(file: string) {
    this.#file = file
  }

  /** Null while nothing was ever stored. Throws MarketStoreError when the file cannot be read. */
  reader(): StoreReader | null {
    if (this.#reader === null && statSync(this.#file, { throwIfNoEntry: false }) !== undefined)
      this.#reader = openMarketStoreReader(this.#file)
    return this.#reader
  }

  /** Somebody has written: look again. */
  refresh(): void {
    this.#reader?.close()
    this.#reader = null
  }
}
