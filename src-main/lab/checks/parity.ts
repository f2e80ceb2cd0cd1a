// Whether a paper session can be had again as a backtest. The recording is read twice: once everything that entered the kernel is shown to it again
// (what the session did), and once only what came from outside: the market and the person. Then a fresh simulated venue has to fill the orders,
// and the clock of the market has to ring the timers, as in a backtest. Decisions, orders, fills and round trips must be the same, bit for bit.
import { unreachable, type Result, err, ok } from '../../../src-shared/domain/result.ts'
import type { Effect } from '../../../src-shared/events/effect.ts'
import type { JournalRecord } from '../../../src-shared/events/journal-record.ts'
import type { KernelEvent } from '../../../src-shared/events/kernel-event.ts'
import type { MarketEvent } from '../../../src-shared/events/market-event.ts'
import { Kernel } from '../../core/kernel/kernel.ts'
import { TradingLoop } from '../../core/kernel/trading-loop.ts'
import type { StrategySandbox } from '../../core/ports/sandbox.ts'
import { createSimulatedVenue } from '../../core/simulation/simulated-venue.ts'
import { MarketDriver } from '../../engine/market-driver.ts'
import { openSandbox } from '../../engine/open-sandbox.ts'
import { type RecordingHeader, type RecordingLine, barHistory } from '../../engine/session-recorder.ts'
import { readRecording, recordedConfig, recordedSetup, replaySession, showRecordedPast } from '../../engine/session-replay.ts'
import { CheckCanceled, type CheckDifference, type CheckHooks, type CheckOutcome, DIFFERENCES_MAX, NO_HOOKS } from './check.ts'
import { firstDifference } from './first-difference.ts'

/** What must agree. Positions and the ledger follow from fills; equity is written by a timer of the session's own. */
const KINDS = ['decision', 'order', 'fill', 'round_trip'] as const
type Kind = (typeof KINDS)[number]
type Compared = Extract<JournalRecord, { kind: Kind }>
type Collected = Readonly<Record<Kind, Compared[]>>

const isCompared = (record: JournalRecord): record is Compared => (KINDS as readonly string[]).includes(record.kind)
const nothing = (): Collected => ({ decision: [], order: [], fill: [], round_trip: [] })

/** `path` is a recording of a session. The error is one sentence about a file that cannot be read or compared. Throws CheckCanceled. */
export async function checkParity(path: string, hooks: CheckHooks = NO_HOOKS): Promise<Result<CheckOutcome, string>> {
  const paper = nothing()
  const collect = (effect: Effect): void => {
    if (hooks.isCanceled()) throw new CheckCanceled()
    if (effect.type === 'journal' && isCompared(effect.record)) paper[effect.record.kind].push(effect.record)
  }
  const replayed = await replaySession(path, collect)
  if (!replayed.ok) return replayed
  hooks.onProgress(1, 2)
  const backtest = await runAgain(path, hooks)
  if (!backtest.ok) return backtest
  hooks.onProgress(2, 2)
  const outcome = compare(paper, backtest.value)
  const { recordedHash, matches } = replayed.value
  if (recordedHash !== null && !matches)
    return ok({ ...outcome, passed: false, summary: `This version does not do what was done then. ${outcome.summary}` })
  return ok(outcome)
}

async function runAgain(path: string, hooks: CheckHooks): Promise<Result<Collected, string>> {
  const sandbox = await openSandbox(() => undefined)
  const run = new SecondRun(sandbox, hooks)
  try {
    const read = await readRecording(path, (line) => run.line(line))
    if (!read.ok) return read
    run.finish()
    return ok(run.collected)
  } catch (cause) {
    if (cause instanceof CheckCanceled) throw cause
    return err(cause instanceof Error ? cause.message : String(cause))
  } finally {
    sandbox.close()
  }
}

type Opened = { readonly kernel: Kernel; readonly loop: TradingLoop; readonly driver: MarketDriver }

class SecondRun {
  readonly collected = nothing()
  readonly #sandbox: StrategySandbox
  readonly #hooks: CheckHooks
  #opened: Opened | null = null
  #ended = false

  constructor(sandbox: StrategySandbox, hooks: CheckHooks) {
    this.#sandbox = sandbox
    this.#hooks = hooks
  }

  line(line: RecordingLine): void {
    if (this.#hooks.isCanceled()) throw new CheckCanceled()
    if (line.t === 'header') {
      this.#opened = this.#open(line)
      return
    }
    if (this.#opened === null) throw new Error('the recording does not begin with a header')
    if (!this.#ended) this.#take(line, this.#opened)
  }
  finish(): void {
    this.#opened?.driver.endStep()
  }

  #open(header: RecordingHeader): Opened {
    if (header.venue === undefined) {
      throw new Error(`it was recorded by version ${header.version}, which did not write down how its simulated venue was set up`)
    }
    const config = recordedConfig(header, this.#sandbox)
    const kernel = new Kernel(config, header.recovered)
    const venue = createSimulatedVenue(config.instruments, header.venue.config)
    if (header.venue.saved !== null) venue.restore(header.venue.saved)
    const sink = {
      append: (record: JournalRecord): void => {
        if (isCompared(record)) this.collected[record.kind].push(record)
      },
      commit: () => true,
    }
    const loop = new TradingLoop({ kernel, venue, sink })
    return { kernel, loop, driver: new MarketDriver(loop, config.marketClock) }
  }

  #take(line: Exclude<RecordingLine, RecordingHeader>, { kernel, loop, driver }: Opened): void {
    if (showRecordedPast(kernel, line)) return
    switch (line.t) {
      case 'start':
        return loop.start()
      case 'event':
        return this.#event(line.event, { kernel, loop, driver })
      case 'incident':
        return loop.incident(line.incident)
      case 'strategy':
        return kernel.strategies.load(recordedSetup(line.strategy, this.#sandbox), barHistory(line.history))
      case 'removed':
        return kernel.strategies.forget(line.id)
      case 'end':
        this.#ended = true
        return
      default:
        return unreachable(line, 'line of a recording')
    }
  }

  #event(event: KernelEvent, { loop, driver }: Opened): void {
    switch (event.source) {
      case 'market':
        return this.#market(event.event, event.tsMs)
      case 'operator':
        loop.command(event.command, event.tsMs, event.who)
        return
      case 'strategy':
      case 'system':
      case 'delisting':
        driver.endStep()
        return loop.event(event)
      case 'venue':
      case 'timer':
        // Made anew by the venue and the timers of this run.
        return
      default:
        return unreachable(event, 'kernel event')
    }
  }

  #market(event: MarketEvent, tsMs: number): void {
    if (this.#opened === null) return
    const { loop, driver, kernel } = this.#opened
    // Where the wall clock counted it had come this far: what was due by then was delivered first.
    if (!kernel.config.marketClock) loop.advanceTo(tsMs)
    if (event.type === 'measures') driver.measures(event)
    else driver.handle(event)
  }
}

// ---- comparison ----------------------------------------------------------------------------------------------------

function compare(paper: Collected, backtest: Collected): CheckOutcome {
  // The first in time is the cause, the others mostly follow from it.
  const differences = KINDS.flatMap((kind) => compareKind(kind, paper[kind], backtest[kind])).toSorted((a, b) => a.tsMs - b.tsMs)
  const compared = KINDS.reduce((sum, kind) => sum + paper[kind].length, 0)
  const counts = `${paper.decision.length} decisions, ${paper.order.length} changes of orders, ${paper.fill.length} fills and ${paper.round_trip.length} round trips`
  const [first] = differences
  const summary =
    first === undefined
      ? `${counts}: the same, bit for bit.`
      : `${counts} compared, ${differences.length} differ; the first is "${first.input}": ${first.full} on paper, ${first.cut} in the backtest.`
  return { passed: differences.length === 0, compared, differences: differences.slice(0, DIFFERENCES_MAX), summary }
}

function compareKind(kind: Kind, paper: readonly Compared[], backtest: readonly Compared[]): CheckDifference[] {
  const found: CheckDifference[] = []
  for (let i = 0; i < Math.max(paper.length, backtest.length) && found.length < DIFFERENCES_MAX; i += 1) {
    const known = paper[i] ?? backtest[i]
    const difference = firstDifference(paper[i]?.body, backtest[i]?.body)
    if (known === undefined || difference === null) continue
    const { path, left, right } = difference
    found.push({ ...aboutOf(known), input: `${kind.replace('_', ' ')} ${i + 1}: ${path}`, full: left, cut: right })
  }
  return found
}

const aboutOf = (record: Compared): Pick<CheckDifference, 'tsMs' | 'instrumentId' | 'strategyId'> => ({
  tsMs: record.tsMs,
  instrumentId: record.body.instrumentId,
  strategyId: record.kind === 'fill' ? null : record.body.strategyId,
})
