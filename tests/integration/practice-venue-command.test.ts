// Proves the practice venue's command as a person or a test outside the process meets it: one line of JSON, a clean end, a clear refusal.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/journal-file.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/practice-venue.ts', import.meta.url))

type Told = { readonly restUrl: string; readonly controlUrl: string; readonly apiKey: string; readonly pid: number }
async function firstLine(stream: NodeJS.ReadableStream): Promise<Told> {
  for await (const line of createInterface({ input: stream })) return JSON.parse(line)
  throw new Error('nothing was printed')
}

test('tells where it is, answers, follows its control endpoint, and ends on a signal', async () => {
  const config = path.join(temporaryFolder(), 'venue.json')
  writeFileSync(
    config,
    JSON.stringify({ wallets: { USDT: '500' }, markets: [{ symbol: 'BTCUSDT', source: { kind: 'manual', startPrice: 50_000 } }] }),
  )
  const child = spawn(process.execPath, [SCRIPT, '--seed=3', `--config=${config}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  try {
    const told = await firstLine(child.stdout)
    const price = await (await fetch(`${told.restUrl}/fapi/v1/ticker/price?symbol=BTCUSDT`)).json()
    expect(price).toMatchObject({ price: '50000' })
    const changed = await fetch(`${told.controlUrl}/market`, { method: 'POST', body: JSON.stringify({ symbol: 'BTCUSDT', price: 50_100 }) })
    expect(await changed.json()).toMatchObject({ last: '50100' })
    const state = await (await fetch(`${told.controlUrl}/state`)).json()
    expect(state).toMatchObject({
      accounts: [{ wallets: { USDT: '500' }, positions: [], duplicates: [], orphans: [] }],
      longestExposureMs: 0,
    })
  } finally {
    child.kill('SIGTERM')
  }
  expect(await ended).toEqual([0, null])
})

test('ends when the process that started it is gone', async () => {
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `require('node:child_process').spawn(process.execPath, [${JSON.stringify(SCRIPT)}], { stdio: ['ignore', 'inherit', 'inherit'] }); setInterval(() => {}, 1000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const { pid, restUrl } = await firstLine(parent.stdout)
  expect((await fetch(`${restUrl}/fapi/v1/ping`)).status).toBe(200)
  parent.kill('SIGKILL')
  const isRunning = (): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  for (let waited = 0; waited < 5_000 && isRunning(); waited += 50) await new Promise((done) => setTimeout(done, 50))
  expect(isRunning()).toBe(false)
})

test.each([
  [['--venue=nowhere'], '--venue=nowhere, expected one of binanceusdm'],
  [['--speed=fast'], '--speed=fast, expected a number from 0 to 10000'],
  [['--start=tomorrow'], '--start=tomorrow, expected a time such as'],
  [['--config=/does/not/exist'], '--config=/does/not/exist: '],
  [['--unknown'], '--unknown'],
])('refuses %j in one sentence', (args, sentence) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain(sentence)
})
