// Unpacked chunks in memory, the least recently used dropped first. Chunk ids are never used again, so what is here can never be outdated.
import { type Columns, timesOf } from './series-columns.ts'

const bytesOf = (columns: Columns): number => columns.length * timesOf(columns).byteLength

export class ChunkCache {
  readonly bytesMax: number
  readonly #chunks = new Map<number, Columns>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }
  get(id: number): Columns | undefined {
    const columns = this.#chunks.get(id)
    if (columns === undefined) return undefined
    this.#chunks.delete(id)
    this.#chunks.set(id, columns)
    return columns
  }
  put(id: number, columns: Columns): void {
    this.#chunks.set(id, columns)
    this.#bytes += bytesOf(columns)
    for (const [oldest, held] of this.#chunks) {
      if (this.#bytes <= this.bytesMax) return
      this.#chunks.delete(oldest)
      this.#bytes -= bytesOf(held)
    }
  }
  clear(): void {
    this.#chunks.clear()
    this.#bytes = 0
  }
}
