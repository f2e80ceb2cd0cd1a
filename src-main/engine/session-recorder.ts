// Records a session: its configuration, what was known at its start, everything that entered the kernel, and a hash over every effect.
// Whoever holds the file can run it again (session-replay.ts) and must come to the same hash.
import { type Hash, createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { type Decimal, money, toText } from '../../src-shared/domain/decimal.ts'
import type { Playbook } from '../../src-shared/config/playbook.ts'
import type { InstrumentId, StrategyId } from '../../src-shared/domain/ids.ts'
import type { Timeframe } from '../../src-shared/domain/time.ts'
import type { Effect } from '../../src-shared/events/effect.ts'
import type { RecoveredState } from '../../src-shared/events/journal-record.ts'
import type { KernelEvent } from '../../src-shared/events/kernel-event.ts'
import type { FeedIncident, MarketEvent } from '../../src-shared/events/market-event.ts'
import type { KernelConfig, StrategySetup } from '../core/kernel/kernel-config.ts'
import type { SimulationConfig } from '../core/simulation/venue.ts'
import type { BarHistory } from '../core/kernel/strategy-desk.ts'

const BUFFER_LENGTH = 64 * 1024

/** A strategy as it stands in a recording: bundled ones by id, the user's own with their source. */
export type RecordedStrategy = {
  readonly id: StrategyId
  readonly parameters: Readonly<Record<string, number>>
  readonly instruments?: readonly InstrumentId[]
  readonly file: StrategySetup['file']
}
/** Bars of one instrument and timeframe, each as open time, open, high, low, close, volume. */
export type RecordedHistory = readonly {
  readonly instrumentId: InstrumentId
  readonly timeframe: Timeframe
  readonly bars: readonly (readonly number[])[]
}[]
/** The simulated venue at the start of a session: with it, what happened can be held against a backtest. */
export type RecordedVenue = { readonly config: SimulationConfig; readonly saved: string | null }
/** What the session traded by, as it is called; what it says is in the configuration. `version` is that of its file. */
export type RecordedPlaybook = Pick<Playbook, 'id' | 'title' | 'version'>
export type RecordingHeader = {
  readonly t: 'header'
  readonly format: 1
  readonly version: string
  readonly config: Omit<KernelConfig, 'strategies'>
  readonly strategies: readonly RecordedStrategy[]
  readonly recovered: RecoveredState | null
  /** These two are missing in recordings of older versions. */
  readonly venue?: RecordedVenue
  readonly playbook?: RecordedPlaybook
}
/** One line of a recording. */
export type RecordingLine =
  | RecordingHeader
  | { readonly t: 'warm'; readonly i: number; readonly c: readonly number[] }
  | { readonly t: 'bar'; readonly i: number; readonly tf: Timeframe; readonly c: readonly number[] }
  | { readonly t: 'measures'; readonly event: Extract<MarketEvent, { type: 'measures' }> }
  | { readonly t: 'start' }
  | { readonly t: 'event'; readonly event: KernelEvent }
  | { readonly t: 'incident'; readonly incident: FeedIncident }
  | { readonly t: 'strategy'; readonly strategy: RecordedStrategy; readonly history: RecordedHistory }
  | { readonly t: 'removed'; readonly id: StrategyId }
  /** `full` when the recording reached its size bound before the session ended. */
  | { readonly t: 'end'; readonly full: boolean; readonly effects: number; readonly hash: string }

/** Exact amounts become {"$":"1.5"}, so that a reader can tell them from text. */
export const encodeExact = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? { $: toText(inner as Decimal) } : inner))

/** The inverse of {@link encodeExact}. Throws SyntaxError for text that is not JSON and RangeError for an amount that is none. */
export const decodeExact = (text: string): unknown =>
  JSON.parse(text, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && '$' in inner && typeof inner.$ === 'string' ? money(inner.$) : inner,
  )

export const recordedStrategy = (setup: StrategySetup): RecordedStrategy => ({
  id: setup.plugin.declaration.id,
  parameters: setup.parameters,
  ...(setup.instruments === undefined ? {} : { instruments: setup.instruments }),
  file: setup.file,
})

export const recordedHistory = (history: BarHistory): RecordedHistory =>
  history.map(({ instrumentId, timeframe, bars: c }) => ({
    instrumentId,
    timeframe,
    bars: Array.from(c.close, (close, i) => [
      c.openTimeMs[i] ?? NaN,
      c.open[i] ?? NaN,
      c.high[i] ?? NaN,
      c.low[i] ?? NaN,
      close,
      c.volume[i] ?? NaN,
    ]),
  }))

export const barHistory = (recorded: RecordedHistory): BarHistory =>
  recorded.map(({ instrumentId, timeframe, bars }) => {
    const column = (at: number): Float64Array => Float64Array.from(bars, (bar) => bar[at] ?? NaN)
    const columns = { openTimeMs: column(0), open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) }
    return { instrumentId, timeframe, bars: columns }
  })

export function recordingHeader(
  config: KernelConfig,
  version: string,
  start: Pick<RecordingHeader, 'recovered' | 'venue' | 'playbook'>,
): RecordingHeader {
  const { strategies, ...rest } = config
  return { t: 'header', format: 1, version, config: rest, strategies: strategies.map(recordedStrategy), ...start }
}

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

export type RecorderOptions = {
  readonly path: string
  /** The recording ends, and says so in its last line, when it would grow beyond this many characters. */
  readonly lengthMax: number
  /** Told once when the file cannot be written; the recording stays as far as it got, without a last line. */
  readonly onFailed: (message: string) => void
}

/** A recording is for looking into a session afterwards: one that cannot be written never stops the trading. */
export class SessionRecorder {
  readonly #options: RecorderOptions
  readonly #effects = new EffectHash()
  #file: number | null = null
  #buffer = ''
  #length = 0
  #ended = false

  constructor(header: RecordingHeader, options: RecorderOptions) {
    this.#options = options
    this.#attempt(() => (this.#file = openSync(options.path, 'wx', 0o600)))
    this.line(header)
  }

  line(line: RecordingLine): void {
    if (this.#ended) return
    const text = `${encodeExact(line)}\n`
    this.#length += text.length
    if (this.#length > this.#options.lengthMax) return this.#end(true)
    this.#buffer += text
    if (this.#buffer.length > BUFFER_LENGTH) this.#flush()
  }
  effect(effect: Effect): void {
    if (!this.#ended) this.#effects.add(effect)
  }
  close(): void {
    this.#end(false)
    this.#closeFile()
  }

  #end(full: boolean): void {
    if (this.#ended) return
    this.#ended = true
    this.#buffer += `${encodeExact({ t: 'end', full, effects: this.#effects.count, hash: this.#effects.digest() } satisfies RecordingLine)}\n`
    this.#flush()
  }
  #flush(): void {
    if (this.#buffer === '' || this.#file === null) return
    const file = this.#file
    this.#attempt(() => writeSync(file, this.#buffer))
    this.#buffer = ''
  }

  #attempt(write: () => void): void {
    try {
      write()
    } catch (cause) {
      this.#ended = true
      this.#closeFile()
      this.#options.onFailed(
        `the recording ${this.#options.path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      )
    }
  }
  #closeFile(): void {
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }
}
