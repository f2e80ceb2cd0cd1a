// The lab's file in tests, in all its roles: the real service, the real threads, and jobs that do what the test asks for instead of backtests.
// What is asked for stands in the parameters of the first strategy.
import { fileURLToPath } from 'node:url'
import { JobCanceled, type JobContext, JobFailure } from '../../src-main/lab/jobs/job-context.ts'
import { newRun, withRun } from '../../src-main/lab/jobs/job-run.ts'
import type { JobTask } from '../../src-main/lab/jobs/task.ts'
import { openWorkerPool } from '../../src-main/lab/pool/worker-pool.ts'
import { startRole } from '../../src-main/lab/service/roles.ts'
import { FAKE_KIT, fakeData } from './lab-fake-backtest.ts'

const STEP_MS = 5

async function runTask(context: JobContext, task: JobTask): Promise<string> {
  if (task.kind !== 'backtest') throw new JobFailure(`a fake job cannot do a ${task.kind}`)
  const { spec, runId } = task
  const asked = spec.playbook.strategies[0]?.parameters ?? {}
  if (asked['refuse'] !== undefined) throw new JobFailure('the store has no 1m candles of it')
  const begin = newRun(context, spec, { kind: 'backtest', spec, passports: [] })
  const { message } = await withRun(context, { runId, begin }, async () => {
    await misbehave(asked)
    if (asked['trials'] !== undefined) await runTrials(context, spec, asked['trials'])
    await walk(context, asked['steps'] ?? 0)
    return { metrics: { trades: 1 }, message: 'done as asked' }
  })
  return message
}

async function misbehave(asked: Readonly<Record<string, number>>): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20))
  if (asked['throw'] !== undefined) throw new TypeError('a bug in a job')
  if (asked['die'] !== undefined) process.exit(9)
  if (asked['hang'] !== undefined) for (;;);
}

async function walk(context: JobContext, steps: number): Promise<void> {
  for (let done = 0; done < steps; done += 1) {
    if (context.stopRequested) throw new JobCanceled(`canceled after ${done} of ${steps} steps`)
    context.progress({ done, total: steps, unit: 'steps', message: 'walking' })
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}

async function runTrials(context: JobContext, spec: Parameters<typeof newRun>[1], count: number): Promise<void> {
  const pool = openWorkerPool({ entry: context.entry, size: 2, data: fakeData(1440) })
  const { fromMs, toMs } = spec.data
  try {
    const trials = Array.from({ length: count }, (_, number) =>
      pool.run({ number, spec, parameters: { 'fake.slow': 1 }, fromMs, toMs, watch: null }, context.signal),
    )
    const results = await Promise.all(trials)
    if (results.some(({ state }) => state === 'canceled')) throw new JobCanceled()
  } finally {
    await pool.close()
  }
}

void startRole(fileURLToPath(import.meta.url), {
  runTask: () => Promise.resolve(runTask),
  kit: () => Promise.resolve(FAKE_KIT),
})
