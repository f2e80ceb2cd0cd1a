// How many trials a search gets done: the bundled trend follower over 51 days of minutes of BTC and ETH, with one worker thread and with two, through
// the pool that searches use. Memory is what the process has at its peak while the columns are shared; results must be the same trial by trial.
// Each size in a process of its own, in turns, so that none measures the garbage of another. Run: npm run bench -- sweep
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { openWorkerPool } from '../../src-main/lab/pool/worker-pool.ts'
import type { Trial } from '../../src-main/lab/pool/trial-runner.ts'
import { MINUTE_MS } from '../../src-shared/domain/time.ts'
import { DAY_MS, SAMPLE, sampleData, sampleSpec } from '../support/lab-world.ts'

const TRIALS = 48
/** For each worker: the compiler of a thread has settled after a dozen. */
const WARMUP_TRIALS = 16
const ROUNDS = 3
const ENTRY = fileURLToPath(new URL('../../src-main/lab/service/entry.ts', import.meta.url))

const days = Math.floor((SAMPLE.endMs - SAMPLE.suggestedStartMs) / DAY_MS)
const spec = sampleSpec({ fromMs: SAMPLE.suggestedStartMs, days })

type Sweep = {
  readonly trialsPerSecond: number
  readonly candlesPerSecond: number
  /** Processor time of all threads ÷ time: what one worker leaves of the other core is what a second one can gain. */
  readonly coresBusy: number
  readonly peakMegabytes: number
  readonly beforeMegabytes: number
  readonly results: string
}

const trialOf = (number: number): Trial => ({
  number,
  spec,
  parameters: { 'trend-adaptive.stopMultiple': 1 + (number % 40) * 0.1, 'trend-enhanced.stopMultiple': 5 - (number % 40) * 0.1 },
  fromMs: spec.data.fromMs,
  toMs: spec.data.toMs,
  watch: null,
})

async function sweep(size: number): Promise<Sweep> {
  const data = sampleData(spec)
  const beforeMegabytes = process.memoryUsage.rss() / 1e6
  const pool = openWorkerPool({ entry: ENTRY, size, data })
  await Promise.all(Array.from({ length: WARMUP_TRIALS * size }, (_, number) => pool.run(trialOf(number))))
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  const results = await Promise.all(Array.from({ length: TRIALS }, (_, number) => pool.run(trialOf(number))))
  const seconds = (performance.now() - startMs) / 1000
  const { user, system } = process.cpuUsage(startCpu)
  await pool.close()
  const failed = results.find(({ state }) => state !== 'done')
  if (failed !== undefined) throw new Error(`trial ${failed.number}: ${failed.state} ${failed.message}`)
  const candles = (data.series.length * days * DAY_MS) / MINUTE_MS
  return {
    trialsPerSecond: TRIALS / seconds,
    candlesPerSecond: (TRIALS * candles) / seconds,
    coresBusy: (user + system) / 1e6 / seconds,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    beforeMegabytes,
    results: JSON.stringify(results.map(({ number, metrics }) => [number, metrics])),
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

function runAll(): void {
  const runs = new Map<number, Sweep[]>([
    [1, []],
    [2, []],
  ])
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [size, sweeps] of runs) {
      const child = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, String(size)], { encoding: 'utf8' })
      if (child.status !== 0) throw new Error(`${size} workers: ${child.stderr}`)
      sweeps.push(JSON.parse(child.stdout) as Sweep)
    }
  }
  const all = [...runs.values()].flat()
  if (new Set(all.map(({ results }) => results)).size !== 1) throw new Error('one worker and two came to different results')
  const of = (size: number, figure: Exclude<keyof Sweep, 'results'>): number => median((runs.get(size) ?? []).map((run) => run[figure]))
  const figures = Object.fromEntries(
    [...runs.keys()].map((size) => [
      size === 1 ? 'oneWorker' : 'twoWorkers',
      {
        trialsPerSecond: of(size, 'trialsPerSecond'),
        candlesPerSecond: of(size, 'candlesPerSecond'),
        coresBusy: of(size, 'coresBusy'),
        peakMegabytes: of(size, 'peakMegabytes'),
        beforeMegabytes: of(size, 'beforeMegabytes'),
      },
    ]),
  )
  const ratio = median((runs.get(2) ?? []).map((two, at) => two.trialsPerSecond / (runs.get(1)?.[at]?.trialsPerSecond ?? Number.NaN)))
  for (const [name, { trialsPerSecond, candlesPerSecond, coresBusy, peakMegabytes }] of Object.entries(figures))
    process.stdout.write(
      `${name}: ${trialsPerSecond.toFixed(2)} trials/s of ${days} days and 2 instruments (${(candlesPerSecond / 1e6).toFixed(2)} M candles/s), ${coresBusy.toFixed(2)} cores busy, ${peakMegabytes.toFixed(0)} MB at the peak\n`,
    )
  process.stdout.write(`two workers do ${ratio.toFixed(2)} times what one does; the same results, trial by trial\n`)
  const columnMegabytes = sampleData(spec).series.reduce((sum, { candles }) => sum + candles.close.byteLength * 6, 0) / 1e6
  process.stdout.write(
    `${JSON.stringify({ bench: 'sweep', trials: TRIALS, days, cores: availableParallelism(), ...figures, twoWorkersTimesOne: ratio, columnMegabytes })}\n`,
  )
}

const [asked] = process.argv.slice(2)
if (asked === undefined) runAll()
else process.stdout.write(JSON.stringify(await sweep(Number(asked))))
