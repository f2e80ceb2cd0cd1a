// `npm run bench` measures everything under tests/bench; `npm run bench -- kernel journal` only these. Each runs in a process of its own,
// one after the other, so that none measures the garbage of another.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'

const ENDING = '.bench.ts'
const folder = path.resolve(import.meta.dirname, '../tests/bench')
const known = readdirSync(folder)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length))
  .toSorted()

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !known.includes(name))
if (unknown !== undefined) {
  console.error(`bench: there is no ${JSON.stringify(unknown)}; expected any of ${known.join(', ')}`)
  process.exit(2)
}

let failed = 0
for (const name of asked.length > 0 ? asked : known) {
  console.log(`\n== ${name}`)
  const { status } = spawnSync(process.execPath, ['--expose-gc', '--no-flush-bytecode', path.join(folder, name + ENDING)], {
    stdio: 'inherit',
  })
  if (status !== 0) failed++
}
process.exitCode = failed > 0 ? 1 : 0
