// How fast the bridge carries the desk: engine worker → host → loopback WebSocket → a client that decodes every frame with the contract.
// Throughput with a client in a process of its own; latency at 2,000 events a second into a page of real Chromium.
// The reference is the same socket carrying the same bytes with nothing around it. Run: npm run bench -- bridge
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket as NodeSocket, WebSocketServer } from 'ws'
import { PROTOCOL_VERSION } from '../../src-shared/bridge/version.ts'
import { Settings } from '../../src-shared/config/settings.ts'
import { EngineHost } from '../../src-main/host/engine-host.ts'
import { openLog } from '../../src-main/host/log.ts'
import { spawnThread } from '../../src-main/host/transport.ts'
import { type BrowserShell, startBrowserShell } from '../../src-main/shells/browser/server.ts'
import { launchChromium } from '../support/chromium.ts'

const ROUNDS = 5
const FLOOD_EVENTS = 400_000
const PACED_EVENTS = 12_000
const PACED_PER_SECOND = 2_000

const median = (values: readonly number[]): number => percentile(values, 0.5)
const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

type Delivered = { readonly events: number; readonly bytes: number; readonly seconds: number }

/** Floods one client and returns what it saw. */
async function flood(host: EngineHost, shell: BrowserShell): Promise<Delivered> {
  const client = spawn(process.execPath, [join(import.meta.dirname, 'bridge-client.ts'), shell.newLoginUrl(), String(FLOOD_EVENTS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]()
  await lines.next()
  void host.invoke(
    'candles.history',
    { instrumentId: 'BTC/USDT:USDT', timeframe: '1m', beforeMs: null, limit: FLOOD_EVENTS / 100 },
    'bench',
  )
  const { value } = (await lines.next()) as { value: string }
  await once(client, 'close')
  const result = JSON.parse(value) as Delivered & { error?: string }
  if (result.error !== undefined) throw new Error(result.error)
  return result
}

/** The same number of bytes through a bare WebSocket, sender and receiver in this process, nothing decoded. Returns bytes per second. */
async function bareSocket(bytes: number, messageBytes: number): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const receiver = new NodeSocket(`ws://127.0.0.1:${address.port}`)
  const [sender] = (await once(server, 'connection')) as [NodeSocket]
  const text = 'x'.repeat(messageBytes)
  let received = 0
  const startMs = performance.now()
  const all = new Promise<void>((resolve) => {
    receiver.on('message', (data: Buffer) => {
      received += data.length
      if (received >= bytes) resolve()
    })
  })
  for (let sent = 0; sent < bytes; sent += messageBytes) {
    sender.send(text)
    if (sender.bufferedAmount > 1 << 20) await new Promise((resolve) => setImmediate(resolve))
  }
  await all
  const rate = received / ((performance.now() - startMs) / 1000)
  receiver.terminate()
  server.close()
  return rate
}

/** Age of each event on arrival in a page of Chromium, in milliseconds. */
async function latencies(host: EngineHost, shell: BrowserShell): Promise<number[]> {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    const login = new URL(shell.newLoginUrl())
    await page.goto(`${login.origin}/`)
    await page.evaluate(
      ({ token, version }) => {
        const ages: number[] = []
        Object.assign(globalThis, { ages })
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`)
        socket.addEventListener('open', () => socket.send(JSON.stringify({ t: 'hello', v: version, token })))
        return new Promise<void>((resolve) => {
          socket.addEventListener('message', (event) => {
            const message = JSON.parse(String(event.data)) as {
              t: string
              topic?: string
              payload?: { events: { candle: { volume: number } }[] }
            }
            if (message.t === 'welcome') resolve()
            if (message.topic !== 'desk') return
            const nowMs = performance.timeOrigin + performance.now()
            for (const event of message.payload?.events ?? []) ages.push(nowMs - event.candle.volume)
          })
        })
      },
      { token: new URLSearchParams(login.hash.slice(1)).get('t'), version: PROTOCOL_VERSION },
    )
    await host.invoke(
      'candles.indicators',
      { instrumentId: 'BTC/USDT:USDT', timeframe: '1m', names: [String(PACED_EVENTS), String(PACED_PER_SECOND)], fromMs: 0, toMs: 0 },
      'bench',
    )
    await page.waitForFunction((count) => (globalThis as unknown as { ages: number[] }).ages.length >= count, PACED_EVENTS)
    return await page.evaluate(() => (globalThis as unknown as { ages: number[] }).ages)
  } finally {
    await browser.close()
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'tradewright-bench-'))
writeFileSync(join(dataDir, 'index.html'), '<!doctype html><title>bench</title>')
const log = openLog(join(dataDir, 'logs'))
const spawnEngine = spawnThread(join(import.meta.dirname, 'bridge-engine.ts'))
const host = new EngineHost({
  spawn: () =>
    spawnEngine({ version: '0', dataDir, assetsDir: '', market: 'recorded', speed: 0, settings: Settings.parse({}), allowFaults: false }),
  openJournal: () => {
    throw new Error('no journal here')
  },
  log,
  version: '0',
  dataDir,
  allowFaults: false,
})
host.start()
while (host.state !== 'running') await new Promise((resolve) => setTimeout(resolve, 5))
// The flood outruns any client: the queue may grow for its second, so that what is measured is the speed and not the dropping.
const shell = await startBrowserShell({ host, rendererDir: dataDir, port: 0, outbox: { dropBytes: 1 << 28, giveUpBytes: 1 << 29 } })
try {
  const eventRates: number[] = []
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const delivered = await flood(host, shell)
    const bare = await bareSocket(delivered.bytes, Math.round(delivered.bytes / (FLOOD_EVENTS / 500)))
    if (round === 0) continue
    eventRates.push(delivered.events / delivered.seconds)
    ratios.push(bare / (delivered.bytes / delivered.seconds))
  }
  const ages = await latencies(host, shell)
  const eventsPerSecond = median(eventRates)
  process.stdout.write(
    `${Math.round(eventsPerSecond)} events/s decoded by a client, ${median(ratios).toFixed(1)} times slower than the bare socket\n`,
  )
  process.stdout.write(
    `into Chromium at ${PACED_PER_SECOND} events/s: p50 ${percentile(ages, 0.5).toFixed(1)} ms, p99 ${percentile(ages, 0.99).toFixed(1)} ms\n`,
  )
  process.stdout.write(
    `${JSON.stringify({ bench: 'bridge', eventsPerSecond, ratioToBareSocket: median(ratios), browserLatencyP50Ms: percentile(ages, 0.5), browserLatencyP99Ms: percentile(ages, 0.99), pacedEventsPerSecond: PACED_PER_SECOND })}\n`,
  )
} finally {
  await shell.close()
  await host.stop()
  log.close()
  rmSync(dataDir, { recursive: true, force: true })
}
