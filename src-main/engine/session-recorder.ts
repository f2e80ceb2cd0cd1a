// Records a session: the configuration, what was known at the start, every event that entered the kernel, and a hash over every effect.
// Whoever holds the file can run it again and must come to the same hash.
import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { toText } from '../../src-shared/domain/decimal.ts'
import type { Effect } from '../../src-shared/events/effect.ts'
import type { KernelEvent } from '../../src-shared/events/kernel-event.ts'

const BUFFER_BYTES = 64 * 1024

/** Exact amounts become {"$": "1.5"}, so that a reader can tell them from text. */
export const encodeExact = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? { $: toText(inner as never) } : inner))

/** SHA-256 over the effects, each as one line of JSON. Two runs that did the same have the same digest. */
export class EffectHash {
  readonly #hash: Hash = createHash('sha256')
  count = 0
  add(effect: Effect): void {
    this.#hash.update(encodeExact(effect))
    this.#hash.update('\n')
    this.count += 1
  }
  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}

export class SessionRecorder {
  readonly #file: number
  readonly #bytesMax: number
  readonly effects = new EffectHash()
  #buffer = ''
  #bytes = 0
  #full = false

  /** Creates the file; throws when it cannot. The recording ends, and says so in its last line, when `bytesMax` is reached. */
  constructor(path: string, header: unknown, bytesMax: number) {
    this.#file = openSync(path, 'wx', 0o600)
    this.#bytesMax = bytesMax
    this.#line({ t: 'header', ...(header as object) })
  }

  /** One event that entered the kernel. */
  input(event: KernelEvent): void {
    this.#line({ t: 'event', event })
  }
  warmUp(instrumentIndex: number, candle: readonly number[]): void {
    this.#line({ t: 'warm', i: instrumentIndex, c: candle })
  }
  effect(effect: Effect): void {
    if (!this.#full) this.effects.add(effect)
  }
  close(): void {
    if (!this.#full) this.#line({ t: 'end', effects: this.effects.count, hash: this.effects.digest() })
    this.flush()
    closeSync(this.#file)
  }
  flush(): void {
    if (this.#buffer === '') return
    writeSync(this.#file, this.#buffer)
    this.#buffer = ''
  }

  #line(value: unknown): void {
    if (this.#full) return
    const text = `${encodeExact(value)}\n`
    this.#bytes += text.length
    if (this.#bytes > this.#bytesMax) {
      this.#full = true
      this.#buffer += `${JSON.stringify({ t: 'full', effects: this.effects.count, hash: this.effects.digest() })}\n`
      return
    }
    this.#buffer += text
    if (this.#buffer.length > BUFFER_BYTES) this.flush()
  }
}
