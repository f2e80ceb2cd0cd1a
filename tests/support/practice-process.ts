// The practice venue as its own program, and the settings of a desk that trades on it: what anybody would do by the README.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { temporaryDir } from './temporary-dir.ts'

const root = path.resolve(import.meta.dirname, '../..')

export type PracticeState = {
  readonly longestExposureMs: number
  readonly accounts: readonly {
    readonly positions: readonly { readonly symbol: string; readonly isCovered: boolean }[]
    readonly openOrders: readonly { readonly clientId: string }[]
  }[]
}
export type PracticeProcess = {
  readonly restUrl: string
  readonly wsUrl: string
  readonly apiKey: string
  readonly apiSecret: string
  state(): Promise<PracticeState>
  /** POST to the control endpoint, such as `/faults`. */
  control(route: string, body: unknown): Promise<void>
  stop(): Promise<void>
}

/** Two markets that walk by a seed, and 5,000 USDT. */
export async function startPractice(): Promise<PracticeProcess> {
  const walk = (symbol: string, startPrice: number) => ({
    symbol,
    source: { kind: 'walk', startPrice, volatility: 1, jumpsPerDay: 0, jumpSize: 0 },
  })
  const config = path.join(temporaryDir(), 'venue.json')
  writeFileSync(config, JSON.stringify({ wallets: { USDT: '5000' }, markets: [walk('BTCUSDT', 100_000), walk('ETHUSDT', 3_500)] }))
  const child = spawn(
    process.execPath,
    [path.join(root, 'scripts/practice-venue.ts'), '--venue=binanceusdm', '--seed=3', `--config=${config}`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const at = JSON.parse(line) as { restUrl: string; wsUrl: string; controlUrl: string; apiKey: string; apiSecret: string }
  return {
    ...at,
    state: async () => (await (await fetch(`${at.controlUrl}/state`)).json()) as PracticeState,
    async control(route, body) {
      const answer = await fetch(at.controlUrl + route, { method: 'POST', body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(`${route}: ${await answer.text()}`)
    },
    async stop() {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
    },
  }
}

const ALWAYS_LONG = `import type { Signal, Strategy } from 'tradewright'
export const strategy: Strategy = {
  id: 'always-long', title: 'Always long', description: 'Buys whenever nothing is open', timeframe: '1m', warmupCandles: 10, features: [], parameters: [],
  create: () => ({
    onCandle({ close, position }): Signal | null {
      if (position !== null) return null
      return { direction: 'buy', strength: 1, stopPrice: close * 0.99, why: { close } }
    },
  }),
}
`

/** A data directory whose desk follows that venue and buys at the close of the next minute. */
export function practiceDataDir({ restUrl, wsUrl }: Pick<PracticeProcess, 'restUrl' | 'wsUrl'>): string {
  const dataDir = temporaryDir()
  const practice = { restOrigin: restUrl, streamOrigin: wsUrl }
  writeFileSync(
    path.join(dataDir, 'settings.json'),
    JSON.stringify({ strategies: [], risk: { cooldownMs: 0 }, venues: { binanceusdm: { practice } } }),
  )
  mkdirSync(path.join(dataDir, 'strategies'))
  writeFileSync(path.join(dataDir, 'strategies', 'always-long.ts'), ALWAYS_LONG)
  return dataDir
}
