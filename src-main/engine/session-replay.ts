// Runs a recorded session again: the same events into a new kernel, and the hash over what came out compared with what came out then.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Result, ensure, err, ok, unreachable } from '../../src-shared/domain/result.ts'
import type { CandleScalars } from '../core/features/feature.ts'
import type { Effect } from '../../src-shared/events/effect.ts'
import { Kernel } from '../core/kernel/kernel.ts'
import type { KernelConfig, StrategySetup } from '../core/kernel/kernel-config.ts'
import type { StrategySandbox } from '../core/ports/sandbox.ts'
import { BUNDLED_STRATEGIES } from '../core/strategies/registry.ts'
import { openSandbox } from './open-sandbox.ts'
import { EffectHash, barHistory, type RecordedStrategy, type RecordingHeader, type RecordingLine, decodeExact } from './session-recorder.ts'

export type ReplayOutcome = {
  readonly events: number
  readonly effects: number
  readonly hash: string
  /** The hash in the recording; null when the session ended without writing it (a kill). */
  readonly recordedHash: string | null
  readonly matches: boolean
}

/** Replays the file. The error is one sentence that names the file and the line. `onEffect` sees everything the kernel wanted, in order. */
export async function replaySession(
  path: string,
  onEffect: (effect: Effect) => void = () => undefined,
): Promise<Result<ReplayOutcome, string>> {
  const sandbox = await openSandbox(() => undefined)
  const replay = new Replay(sandbox, onEffect)
  try {
    const read = await readRecording(path, (line) => replay.line(line))
    return read.ok ? ok(replay.outcome()) : read
  } finally {
    sandbox.close()
  }
}

/** Hands over every line of a recording. The error is one sentence that names the file and the line; also when `onLine` throws. */
export async function readRecording(path: string, onLine: (line: RecordingLine) => void): Promise<Result<void, string>> {
  let number = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1
      onLine(decodeExact(text) as RecordingLine)
    }
    return ok(undefined)
  } catch (cause) {
    return err(`${path}, line ${number}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

/** The configuration of a recorded session. Throws with a sentence for a strategy that cannot be made here. */
export function recordedConfig(header: RecordingHeader, sandbox: StrategySandbox): KernelConfig {
  if (header.format !== 1) throw new Error(`recording format ${String(header.format)}, expected 1`)
  return { ...header.config, strategies: header.strategies.map((strategy) => recordedSetup(strategy, sandbox)) }
}

/** Throws with a sentence for a strategy that is not bundled with this version, or whose file cannot be loaded. */
export function recordedSetup({ id, parameters, file, instruments }: RecordedStrategy, sandbox: StrategySandbox): StrategySetup {
  const where = instruments === undefined ? {} : { instruments }
  if (file === null) {
    const plugin = BUNDLED_STRATEGIES.get(id)
    if (plugin === undefined) throw new Error(`strategy "${id}" is not bundled with this version`)
    return { plugin, parameters, file, ...where }
  }
  const loaded = sandbox.load(file.source, file.name)
  if (!loaded.ok) throw new Error(loaded.error.message)
  return { plugin: loaded.value, parameters, file, ...where }
}

class Replay {
  readonly #sandbox: StrategySandbox
  readonly #hash = new EffectHash()
  readonly #onEffect: (effect: Effect) => void
  #kernel: Kernel | null = null
  #events = 0
  #recordedHash: string | null = null

  constructor(sandbox: StrategySandbox, onEffect: (effect: Effect) => void) {
    this.#sandbox = sandbox
    this.#onEffect = onEffect
  }

  outcome(): ReplayOutcome {
    const hash = this.#hash.digest()
    return { events: this.#events, effects: this.#hash.count, hash, recordedHash: this.#recordedHash, matches: hash === this.#recordedHash }
  }

  line(line: RecordingLine): void {
    if (line.t === 'header') {
      this.#kernel = new Kernel(recordedConfig(line, this.#sandbox), line.recovered)
      return
    }
    const kernel = this.#kernel
    if (kernel === null) throw new Error('the recording does not begin with a header')
    // What follows the end belongs to no hash.
    if (this.#recordedHash !== null) return
    this.#apply(kernel, line)
    for (const effect of kernel.drain()) {
      this.#hash.add(effect)
      this.#onEffect(effect)
    }
  }

  #apply(kernel: Kernel, line: Exclude<RecordingLine, RecordingHeader>): void {
    if (showRecordedPast(kernel, line)) return
    switch (line.t) {
      case 'start':
        return kernel.start()
      case 'event':
        this.#events += 1
        kernel.handle(line.event)
        return
      case 'incident':
        return kernel.incident(line.incident)
      case 'strategy':
        return kernel.strategies.load(recordedSetup(line.strategy, this.#sandbox), barHistory(line.history))
      case 'removed':
        return kernel.strategies.forget(line.id)
      case 'end':
        this.#recordedHash = line.hash
        return
      default:
        return unreachable(line, 'line of a recording')
    }
  }
}

type PastLine = Extract<RecordingLine, { t: 'warm' | 'bar' | 'measures' }>
/** Lines of the warm-up go into the kernel; false for any other. */
export function showRecordedPast<L extends RecordingLine>(kernel: Kernel, line: L | PastLine): line is PastLine {
  switch (line.t) {
    case 'warm':
      kernel.warmUp(line.i, candleOf(line.c))
      return true
    case 'bar':
      kernel.warmUpBar(line.i, line.tf, candleOf(line.c))
      return true
    case 'measures':
      kernel.warmUpMeasures(line.event)
      return true
    default:
      return false
  }
}

function candleOf([openTimeMs, open, high, low, close, volume]: readonly number[]): CandleScalars {
  ensure(
    openTimeMs !== undefined &&
      open !== undefined &&
      high !== undefined &&
      low !== undefined &&
      close !== undefined &&
      volume !== undefined,
    'a warm-up candle has six numbers',
  )
  return { openTimeMs, open, high, low, close, volume }
}
