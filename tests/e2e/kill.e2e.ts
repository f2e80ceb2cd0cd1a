// Proves that the program may be killed at any moment: twenty times SIGKILL during a fast replay, and after each restart no order was sent
// twice, no fill is lost, every open position has its stop, and the journal verifies.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { type BridgeClient, connectBridge } from '../support/bridge-client.ts'
import { launchApp } from '../support/browser.ts'
import { temporaryDir } from '../support/temporary-dir.ts'

const KILLS = 20
/** From the printed link to the kill; the replay runs at 600 times real time meanwhile. */
const LIFE_MS_MAX = 2_500

/** Trades nearly every minute, so that a kill falls into the middle of something. */
const BUSY_STRATEGY = `
export const strategy = {
  id: 'busy',
  title: 'Busy',
  description: 'Enters on every candle, with a near stop',
  timeframe: '1m',
  warmupCandles: 1,
  features: [],
  parameters: [],
  create() {
    let candles = 0
    return {
      onCandle(input) {
        candles += 1
        const direction = candles % 2 === 0 ? 'buy' : 'sell'
        const distance = input.close * 0.0015
        return { direction, strength: 0.5, stopPrice: direction === 'buy' ? input.close - distance : input.close + distance, chandelierDistance: distance, votes: [], why: {} }
      },
    }
  },
}
`
const SETTINGS = {
  risk: { cooldownMs: 0, tradesPerDayMax: 1000, consecutiveLossesMax: 100, dayLossMax: 0.9, weekLossMax: 0.9, drawdownMax: 0.9 },
}

function prepareDataDir(): string {
  const dataDir = temporaryDir()
  mkdirSync(join(dataDir, 'strategies'))
  writeFileSync(join(dataDir, 'strategies', 'busy.ts'), BUSY_STRATEGY)
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(SETTINGS))
  return dataDir
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within 20 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Paused, reconciled, and with nothing on its way: then everything must agree. */
async function comeToRest(client: BridgeClient): Promise<void> {
  await until('the engine answers', async () => (await client.ask('desk.snapshot', {})).ok)
  await client.read('playback.setPlaying', { playing: false })
  await until('every open position is covered or being closed', async () => {
    const { positions } = await client.read('desk.snapshot', {})
    return positions.every((position) => position.stopState === 'working' || position.phase === 'closing' || position.phase === 'emergency')
  })
}

function journalFacts(dataDir: string): { fills: Set<string>; submitted: number; distinct: number } {
  const db = new Database(join(dataDir, 'journal.db'), { readonly: true })
  try {
    const fills = db.prepare("SELECT json_extract(body, '$.tradeId') AS id FROM records WHERE kind = 'fill'").pluck().all() as string[]
    expect(new Set(fills).size, 'a trade was booked twice').toBe(fills.length)
    const orders = db
      .prepare(
        "SELECT json_extract(body, '$.clientOrderId') AS id FROM records WHERE kind = 'order' AND json_extract(body, '$.state') = 'submitted'",
      )
      .pluck()
      .all() as string[]
    return { fills: new Set(fills), submitted: orders.length, distinct: new Set(orders).size }
  } finally {
    db.close()
  }
}

/** Trades as the paper venue itself remembers them. */
function venueTrades(dataDir: string): string[] {
  const db = new Database(join(dataDir, 'paper-venue.db'), { readonly: true })
  try {
    const text = db.prepare('SELECT text FROM states ORDER BY revision DESC LIMIT 1').pluck().get()
    const saved = JSON.parse(String(text)) as { fills: { tradeId: string }[] }
    return saved.fills.map((fill) => fill.tradeId)
  } finally {
    db.close()
  }
}

it('loses nothing when it is killed twenty times', { timeout: 240_000 }, async () => {
  const dataDir = prepareDataDir()
  for (let kill = 0; kill < KILLS; kill += 1) {
    const app = await launchApp({ dataDir, args: ['--speed=600'] })
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LIFE_MS_MAX))
    await app.kill()

    const again = await launchApp({ dataDir, args: ['--speed=600'] })
    const client = await connectBridge(again)
    await comeToRest(client)
    const verification = await client.read('journal.verify', {})
    expect(verification.ok, `kill ${kill + 1}: ${verification.message}`).toBe(true)
    const facts = journalFacts(dataDir)
    expect(facts.distinct, `kill ${kill + 1}: an order was sent twice`).toBe(facts.submitted)
    for (const trade of venueTrades(dataDir)) expect(facts.fills, `kill ${kill + 1}: fill ${trade} is lost`).toContain(trade)
    const { positions } = await client.read('desk.snapshot', {})
    for (const position of positions)
      expect(position.incident, `kill ${kill + 1}: ${position.instrumentId} was left without a stop`).toBe(false)
    client.close()
    await again.kill()
  }
  const trades = venueTrades(dataDir).length
  expect(trades, 'nothing was traded: the test proves nothing').toBeGreaterThan(100)
})
