// The browser shell: the screen and its WebSocket on 127.0.0.1, for machines without Electron or without a display.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { topics, type TopicName } from '../../../src-shared/bridge/contract.ts'
import type { EngineHost } from '../../host/engine-host.ts'
import { COMMON_HEADERS, contentSecurityPolicy } from '../common/content-security.ts'
import { readAsset } from '../common/static-files.ts'
import { Client, type ClientOptions } from './client.ts'
import { LoginGate, type LoginGateOptions } from './login-gate.ts'
import { eventMessage, type OutboxOptions } from './outbox.ts'
import { addressesOf, mayUpgrade, pathOf, refusalOf, type Addresses } from './request-guard.ts'

export type BrowserShellOptions = {
  readonly host: Pick<EngineHost, 'invoke' | 'status' | 'subscribe' | 'state'>
  readonly rendererDir: string
  /** 0 means any free one. */
  readonly port: number
  readonly gate?: Partial<LoginGateOptions>
  readonly outbox?: Partial<OutboxOptions>
}
export interface BrowserShell {
  readonly port: number
  /** A link that works once. The token stands in the fragment: it reaches no server log, no Referer and no proxy. */
  newLoginUrl(): string
  close(): Promise<void>
}

const CLIENTS_MAX = 8
/** Connections that have not said hello yet; they leave after a few seconds. */
const STRANGERS_MAX = 8
/** Room for a piece of an upload as base64, and for a specification with a few strategy files. */
const MESSAGE_BYTES_MAX = 1024 * 1024
const CLOSE_GRACE_MS = 300

/** Rejects with the system's error when the port cannot be had. */
export async function startBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8192 })
  const port = await listen(server, options.port)
  const addresses = addressesOf(port)
  const gate = new LoginGate(options.gate)
  const screens = new Screens(options, gate)
  server.on('request', (request, response) => {
    serve({ request, response, addresses, options }).catch(() => (response.headersSent ? response.destroy() : answer(response, 500)))
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    if (mayUpgrade(request, addresses)) screens.accept(request, socket, head)
    else refuseUpgrade(socket)
  })
  // A broken request line reaches no listener above.
  server.on('clientError', (_error, socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
  return {
    port,
    newLoginUrl: () => `http://127.0.0.1:${port}/#t=${gate.issueToken()}`,
    async close() {
      screens.close()
      await closeServer(server)
    },
  }
}

/** All connected screens, each event being encoded once for all of them. */
class Screens {
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false, clientTracking: true })
  readonly #clients = new Set<Client>()
  readonly #unsubscribe: readonly (() => void)[]
  readonly #options: BrowserShellOptions
  readonly #gate: LoginGate
  #count = 0

  constructor(options: BrowserShellOptions, gate: LoginGate) {
    this.#options = options
    this.#gate = gate
    this.#unsubscribe = Object.keys(topics).map((topic) =>
      options.host.subscribe(topic as TopicName, (json) => this.#broadcast(topic as TopicName, json)),
    )
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#clients.size - this.#loggedIn() >= STRANGERS_MAX) return refuseUpgrade(socket)
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const client = new Client(webSocket, this.#clientOptions())
      this.#clients.add(client)
      webSocket.on('close', () => this.#clients.delete(client))
    })
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    for (const client of this.#clients) client.close()
    setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate()
    }, CLOSE_GRACE_MS).unref()
  }

  #clientOptions(): ClientOptions {
    return {
      name: `browser ${++this.#count}`,
      host: this.#options.host,
      gate: this.#gate,
      hasRoom: () => this.#loggedIn() < CLIENTS_MAX,
      outbox: this.#options.outbox ?? {},
    }
  }

  #loggedIn(): number {
    let count = 0
    for (const client of this.#clients) if (client.isLoggedIn) count++
    return count
  }

  #broadcast(topic: TopicName, json: string): void {
    if (this.#clients.size === 0) return
    const message = eventMessage(topic, json)
    for (const client of this.#clients) client.sendEvent(topic, message)
  }
}

type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly addresses: Addresses
  readonly options: BrowserShellOptions
}

async function serve({ request, response, addresses, options }: Exchange): Promise<void> {
  for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value)
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(["'self'"]))
  const refusal = refusalOf(request, addresses)
  if (refusal !== null) return answer(response, refusal)
  const path = pathOf(request) ?? '/'
  if (path === '/healthz') {
    response.setHeader('Content-Type', 'application/json')
    response.setHeader('Cache-Control', 'no-store')
    response.end(JSON.stringify({ state: options.host.state }))
    return
  }
  const asset = await readAsset(options.rendererDir, path)
  if (!asset) return answer(response, 404)
  response.setHeader('Content-Type', asset.type)
  response.setHeader('Cache-Control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-store')
  response.end(request.method === 'HEAD' ? undefined : asset.body)
}

function answer(response: ServerResponse, status: number): void {
  response.statusCode = status
  response.setHeader('Content-Type', 'text/plain')
  response.end(String(status))
}

function refuseUpgrade(socket: Duplex): void {
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      // An IP server has an AddressInfo; the type covers Unix sockets too.
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
