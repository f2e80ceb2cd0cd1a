// Runs seeds of the fault campaign: npm run simulate -- --seed=N, or --from=N --count=M; with --models at a venue as the lab asks for it,
// with --live as on a real venue: orders in parts, outages, a slippage guard.
import { parseArgs } from 'node:util'
import { runCampaign } from '../tests/support/campaign.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    models: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
  },
})

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    process.stderr.write(`--${name}=${text} is not a whole number from 0 to 999999999\n`)
    process.exit(2)
  }
  return Number(text)
}

const from = whole('from', values.seed ?? values.from)
const count = values.seed === undefined ? whole('count', values.count) : 1
let failed = 0
let events = 0
let parts = 0
for (let seed = from; seed < from + count; seed += 1) {
  const result = runCampaign(seed, { models: values.models, live: values.live })
  events += result.events
  parts += result.parts
  if (result.violation === null) continue
  failed += 1
  process.stdout.write(`seed ${seed}: ${result.violation}\n`)
}
process.stdout.write(`${count} runs, ${events} events, ${parts} parts of larger orders, ${failed} with a broken invariant\n`)
process.exitCode = failed === 0 ? 0 : 1
