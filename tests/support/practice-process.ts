// The practice venue as its own program, and the settings of a desk that trades on it: what anybody would do by the README.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { temporaryDir } from './temporary-dir.ts'

const root = path.resolve(import.meta.dirname, '../..')

export type PracticeState = {
  readonly nowMs: number
  readonly openSockets: number
  readonly longestExposureMs: number
  readonly exposures: readonly { readonly fromMs: number; readonly toMs: number | null }[]
  readonly accounts: readonly {
    readonly positions: readonly { readonly symbol: string; readonly isCovered: boolean }[]
    readonly openOrders: readonly { readonly clientId: string }[]
    readonly stops: readonly { readonly clientId: string }[]
    readonly duplicates: readonly string[]
    readonly orphans: readonly string[]
    readonly orderCount: number
    /** The newest thousand. */
    readonly trades: readonly { readonly id: string }[]
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

/** How the clock runs: by itself, or standing still at `start` (ISO time) until it is stepped, with a price every `tickMs`. */
export type PracticeClock = { readonly start: string; readonly tickMs: number; readonly wallet: string }

/** Two markets that walk by a seed, and 5,000 USDT unless the clock is the test's. */
export async function startPractice(stepped: PracticeClock | null = null): Promise<PracticeProcess> {
  const walk = (symbol: string, startPrice: number) => ({
    symbol,
    source: { kind: 'walk', startPrice, volatility: 1, jumpsPerDay: 0, jumpSize: 0, ...(stepped && { tickMs: stepped.tickMs }) },
  })
  const config = path.join(temporaryDir(), 'venue.json')
  writeFileSync(
    config,
    JSON.stringify({ wallets: { USDT: stepped?.wallet ?? '5000' }, markets: [walk('BTCUSDT', 100_000), walk('ETHUSDT', 3_500)] }),
  )
  const child = spawn(
    process.execPath,
    [
      path.join(root, 'scripts/practice-venue.ts'),
      '--venue=binanceusdm',
      '--seed=3',
      `--config=${config}`,
      ...(stepped ? ['--speed=0', `--start=${stepped.start}`] : []),
    ],
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
