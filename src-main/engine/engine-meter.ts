// What the engine measures about itself, once a second.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { EngineMetrics } from '../../src-shared/bridge/wire.ts'

export type MeterReading = {
  readonly marketEvents: number
  readonly framesSent: number
  readonly journalRecords: number
  readonly journalBytes: number
  readonly journalCommitP99Ms: number
}

const NS_PER_MS = 1e6
/** How often the delay is sampled; Node's histogram holds the time between samples, this included. */
const SAMPLE_MS = 10

export class EngineMeter {
  readonly #delay: ReturnType<typeof monitorEventLoopDelay> = monitorEventLoopDelay({
    resolution: SAMPLE_MS,
  })
  #lastMs = performance.now()
  #lastEvents = 0
  #lastFrames = 0

  constructor() {
    this.#delay.enable()
  }
  /** Rates are per second since the last call. */
  read(reading: MeterReading): EngineMetrics {
    const nowMs = performance.now()
    const seconds = Math.max(0.001, (nowMs - this.#lastMs) / 1000)
    const metrics: EngineMetrics = {
      eventLoopDelayP50: this.#lateMs(50),
      eventLoopDelayP99: this.#lateMs(99),
      heapUsedBytes: process.memoryUsage().heapUsed,
      marketEventsPerSecond: Math.max(0, reading.marketEvents - this.#lastEvents) / seconds,
      framesPerSecond: Math.max(0, reading.framesSent - this.#lastFrames) / seconds,
      journalRecords: reading.journalRecords,
      journalBytes: reading.journalBytes,
      journalCommitP99Ms: reading.journalCommitP99Ms,
    }
    this.#delay.reset()
    this.#lastMs = nowMs
    this.#lastEvents = reading.marketEvents
    this.#lastFrames = reading.framesSent
    return metrics
  }
  stop(): void {
    this.#delay.disable()
  }
  /** How late the event loop came to its samples, milliseconds; 0 before the first sample. */
  #lateMs(percentile: number): number {
    const apartMs = this.#delay.percentile(percentile) / NS_PER_MS
    return Number.isFinite(apartMs) ? Math.max(0, apartMs - SAMPLE_MS) : 0
  }
}
