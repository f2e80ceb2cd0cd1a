// Fault scenarios over the wire: npm run simulate-wire -- --count=N --seed=S [--parallel=P] [--program] [--keep] [--out=FILE]. The real engine in a process of its
// own, or with --program the whole program, trades live on a practice venue in another. Seeds S to S + N − 1 are run, and what must not happen is printed with
// its seed; --out keeps each result as a line of JSON. Exit status: 0 all well, 1 something happened, 2 not understood.
import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { campaignTable } from '../tests/support/wire/table.ts'
import { type ScenarioResult, runScenario } from '../tests/support/wire/scenario.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '4' },
    keep: { type: 'boolean', default: false },
    out: { type: 'string' },
    program: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})

function whole(name: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) {
    process.stderr.write(`--${name}=${text} is not a whole number from ${least} to 999999999\n`)
    process.exit(2)
  }
  return Number(text)
}
const count = whole('count', values.count, 1)
const first = whole('seed', values.seed, 0)
const parallel = whole('parallel', values.parallel, 1)

const results: ScenarioResult[] = []
let next = first
async function work(): Promise<void> {
  while (next < first + count) {
    const seed = next
    next += 1
    const result = await runScenario(seed, { keep: values.keep, program: values.program })
    results.push(result)
    if (values.out !== undefined) appendFileSync(values.out, `${JSON.stringify(result)}\n`)
    const { kind, moment, ending, restarts, happened, trades, violation } = result
    process.stdout.write(
      `${seed} ${kind} at ${moment}, ${ending}, ${restarts} restarts, ${happened} faults, ${trades} trades: ${violation ?? 'ok'}\n`,
    )
    if (trades === 0) process.stdout.write(`${result.log.filter((line) => line.includes('no entry')).join('\n')}\n`)
    if (violation !== null || values.verbose) process.stdout.write(`${result.log.map((line) => `  ${line}`).join('\n')}\n`)
  }
}
await Promise.all(Array.from({ length: Math.min(parallel, count) }, work))
process.stdout.write(`\n${campaignTable(results)}\n`)
process.exitCode = results.every(({ violation }) => violation === null) ? 0 : 1
