// HTTP and WebSocket on one port of the loopback interface. Everything a wire does passes here, and so does every fault.
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { FaultPlane } from '../faults/fault-plane.ts'
import type { Conditions, Wire, WireAnswer, WireRequest } from './contract.ts'
import { FaultySocket } from './faulty-socket.ts'
import { meet, send } from './request-faults.ts'

const BODY_BYTES_MAX = 1024 * 1024
const MESSAGE_BYTES_MAX = 1024 * 1024
const PREVIOUS_MAX = 200

export class LoopbackServer {
  readonly faults: FaultPlane
  readonly #wire: Wire
  readonly #conditions: Conditions
  readonly #nowMs: () => number
  readonly #server: Server
  readonly #upgrades = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX })
  readonly #sockets = new Set<FaultySocket>()
  readonly #timers = new Set<NodeJS.Timeout>()
  /** The last answers to GET requests, for `stale`. */
  readonly #previous = new Map<string, WireAnswer>()

  /** `nowMs` brings the exchange up to date and tells its time. */
  constructor(wire: Wire, conditions: Conditions, nowMs: () => number) {
    this.#wire = wire
    this.#conditions = conditions
    this.#nowMs = nowMs
    this.faults = new FaultPlane(({ match, action }) => {
      const concerned = [...this.#sockets].filter(({ path }) => match.path === undefined || path.includes(match.path))
      for (const socket of concerned) socket.suffer(action)
      return concerned.length
    })
    this.#server = createServer((incoming, response) => this.#receive(incoming, response))
    this.#server.on('upgrade', (incoming, socket, head) => this.#upgrade(incoming, socket, head))
  }

  /** Rejects when the port is taken. */
  async listen(port: number): Promise<void> {
    await new Promise<void>((done, failed) => {
      this.#server.once('error', failed)
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', failed)
        done()
      })
    })
  }
  get port(): number {
    const address: string | AddressInfo | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server is not listening')
    return address.port
  }
  get openSockets(): number {
    return this.#sockets.size
  }
  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    for (const client of this.#upgrades.clients) client.terminate()
    this.#server.closeAllConnections()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }

  #after = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, ms)
    this.#timers.add(timer)
  }

  #receive(incoming: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    let length = 0
    incoming.on('error', () => incoming.socket.destroy())
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > BODY_BYTES_MAX) incoming.socket.destroy()
      else chunks.push(chunk)
    })
    incoming.on('end', () => this.#answer({ incoming, response, body: Buffer.concat(chunks).toString() }))
  }

  #answer({ incoming, response, body }: { incoming: IncomingMessage; response: ServerResponse; body: string }): void {
    const request = requestOf(incoming, body)
    this.#nowMs()
    const key = `${request.path}?${withoutSignature(request.query)}`
    const handle = (asked: WireRequest): WireAnswer => this.#handle(asked)
    const action = this.faults.takeRequest({ method: request.method, path: request.path, text: `${request.query}&${body}` })
    if (action) {
      const refuse = this.#wire.refuse.bind(this.#wire)
      const previous = (): WireAnswer | null => this.#previous.get(key) ?? null
      meet({ request, incoming, response, handle, refuse, nowMs: this.#nowMs, previous, after: this.#after }, action)
      return
    }
    const answer = handle(request)
    if (request.method === 'GET' && answer.status === 200) {
      this.#previous.delete(key)
      this.#previous.set(key, answer)
      const [oldest] = this.#previous.keys()
      if (this.#previous.size > PREVIOUS_MAX && oldest !== undefined) this.#previous.delete(oldest)
    }
    send(response, answer)
  }

  #handle(request: WireRequest): WireAnswer {
    this.#nowMs()
    return this.#conditions.isMaintenance ? this.#wire.refuse({ type: 'maintenance' }) : this.#wire.handle(request)
  }

  #upgrade(incoming: IncomingMessage, tcp: Duplex, head: Buffer): void {
    const { path, query } = targetOf(incoming)
    const action = this.faults.takeConnection(path)
    const status = this.#conditions.isMaintenance ? 503 : action?.type === 'refuse' ? action.status : null
    if (status !== null) {
      tcp.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    this.#upgrades.handleUpgrade(incoming, tcp, head, (client) => this.#connect(client, { path, query, tcp: incoming.socket }))
  }

  #connect(client: WebSocket, at: { path: string; query: string; tcp: Socket }): void {
    const socket = new FaultySocket({ path: at.path, query: new URLSearchParams(at.query) }, client, {
      tcp: at.tcp,
      faults: this.faults,
      after: this.#after,
    })
    this.#sockets.add(socket)
    this.#nowMs()
    const session = this.#wire.connect(socket)
    client.on('message', (data: Buffer) => {
      this.#nowMs()
      session.message(data.toString())
    })
    client.on('error', () => client.terminate())
    client.on('close', () => {
      this.#sockets.delete(socket)
      session.closed()
    })
  }
}

function targetOf(incoming: IncomingMessage): { path: string; query: string } {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s)
  return { path, query }
}

function requestOf(incoming: IncomingMessage, body: string): WireRequest {
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = Array.isArray(value) ? value.join(',') : value
  return {
    method: incoming.method ?? 'GET',
    ...targetOf(incoming),
    body,
    headers,
    ip: (incoming.socket.remoteAddress ?? '').replace('::ffff:', ''),
  }
}

/** The same question asked again differs in its time stamp and signature only. */
const withoutSignature = (query: string): string =>
  query
    .split('&')
    .filter((part) => !/^(timestamp|signature|recvWindow)=/.test(part))
    .join('&')
