// A backtest that trades nothing and misbehaves when asked to, over a column that threads share: for tests of what stands around one.
// What it is asked for stands in the parameters: "fake.edge" is its return per day, the others are named below.
import type { BacktestSpec } from '../../src-shared/config/lab.ts'
import { LAB_METRIC_IDS, type LabMetricValues } from '../../src-shared/domain/lab-metric.ts'
import { err, ok } from '../../src-shared/domain/result.ts'
import { DAY_MS, TIMEFRAME_MS } from '../../src-shared/domain/time.ts'
import type { RunRecord } from '../../src-main/core/analytics/run-record.ts'
import type { BacktestKit, OpenedTrial } from '../../src-main/lab/ports.ts'

/** `closes` lies in memory that all threads share, and so do the counters, by which a test sees what happened in a thread. */
export type FakeData = { readonly closes: Float64Array; readonly counters: Int32Array }
export const COUNTERS = { opened: 0, crashes: 1, closed: 2 } as const

export function fakeData(length: number): FakeData {
  const closes = new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT))
  for (let i = 0; i < length; i += 1) closes[i] = 100 + Math.sin(i / 50)
  return { closes, counters: new Int32Array(new SharedArrayBuffer(16)) }
}

const asked = (spec: BacktestSpec, name: string): number => spec.playbook.strategies[0]?.parameters[name] ?? 0

/** Burns no time by itself; `slow` is milliseconds per step. */
function pause(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

class FakeBacktest implements OpenedTrial {
  readonly total: number
  done = 0
  readonly #spec: BacktestSpec
  readonly #data: FakeData
  #equity: number[] = []
  #value = 10_000

  constructor(spec: BacktestSpec, data: FakeData) {
    this.#spec = spec
    this.#data = data
    this.total = Math.round((spec.data.toMs - spec.data.fromMs) / TIMEFRAME_MS[spec.data.timeframe])
  }

  run(stepsMax: number): boolean {
    const perStep = asked(this.#spec, 'edge') / (DAY_MS / TIMEFRAME_MS[this.#spec.data.timeframe])
    for (let i = 0; i < stepsMax && this.done < this.total; i += 1) {
      this.#misbehave()
      pause(asked(this.#spec, 'slow'))
      this.#value *= 1 + perStep + ((this.#data.closes[this.done] ?? 100) - 100) * 1e-6
      this.#equity.push(this.#value)
      this.done += 1
    }
    return this.done >= this.total
  }

  record(): RunRecord {
    const { fromMs, timeframe } = this.#spec.data
    const step = TIMEFRAME_MS[timeframe]
    return {
      initialBalance: 10_000,
      steps: {
        tsMs: Float64Array.from(this.#equity, (_, i) => fromMs + (i + 1) * step),
        equity: Float64Array.from(this.#equity),
        open: new Uint8Array(this.#equity.length),
        benchmark: new Float64Array(this.#equity.length).fill(1),
      },
      trips: [],
      fills: [],
      decisions: [],
      incidents: [],
      liquidations: 0,
      alerts: [],
      baseCandleMs: step,
    }
  }

  close(): void {
    Atomics.add(this.#data.counters, COUNTERS.closed, 1)
  }

  #misbehave(): void {
    if (this.done !== Math.floor(this.total / 2)) return
    if (asked(this.#spec, 'throw') > 0) throw new Error('a fault in the strategy')
    if (asked(this.#spec, 'hang') > 0) for (;;);
    // So many times altogether, whichever thread it is in.
    if (Atomics.load(this.#data.counters, COUNTERS.crashes) < asked(this.#spec, 'crashes')) {
      Atomics.add(this.#data.counters, COUNTERS.crashes, 1)
      process.exit(7)
    }
  }
}

const NO_METRICS = Object.fromEntries(LAB_METRIC_IDS.map((id) => [id, null])) as LabMetricValues
const lastEquity = ({ steps, initialBalance }: RunRecord): number => steps.equity.at(-1) ?? initialBalance

export const FAKE_KIT: BacktestKit<FakeData> = {
  open(spec, data) {
    Atomics.add(data.counters, COUNTERS.opened, 1)
    return Promise.resolve(asked(spec, 'refuse') > 0 ? err('the data of BTC/USDT:USDT begins too late') : ok(new FakeBacktest(spec, data)))
  },
  metrics: (record) => ({ ...NO_METRICS, total_return: lastEquity(record) / record.initialBalance - 1, trades: 30 }),
  dailyReturns({ steps: { tsMs, equity }, initialBalance }) {
    const dayOf = (i: number): number => Math.floor(((tsMs[i] ?? NaN) - 1) / DAY_MS)
    const ends = Array.from(tsMs.keys()).filter((i) => i === tsMs.length - 1 || dayOf(i + 1) !== dayOf(i))
    return ends.map((i) => (equity[i] ?? NaN) / initialBalance - 1)
  },
  withParameters(spec, parameters) {
    const given = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name.replace(/^fake\./, ''), value]))
    const [first, ...rest] = spec.playbook.strategies
    if (first === undefined) return err('the playbook has no strategy')
    const strategies = [{ ...first, parameters: { ...first.parameters, ...given } }, ...rest]
    return ok({ ...spec, playbook: { ...spec.playbook, strategies } })
  },
}
