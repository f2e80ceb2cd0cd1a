// One client's WebSocket: who is logged in on it, and what it listens to.
import type { WireSocket } from '../wire/contract.ts'
import type { Session } from './sessions.ts'

export class Connection {
  readonly socket: WireSocket
  readonly channels = new Set<string>()
  #session: Session | null = null
  #beatEveryMs: number | null = null
  #beatAtMs = Number.POSITIVE_INFINITY

  constructor(socket: WireSocket) {
    this.socket = socket
  }
  get session(): Session | null {
    return this.#session
  }
  authenticated(session: Session): void {
    this.#session = session
  }
  loggedOut(): void {
    this.#session = null
    for (const channel of this.channels) if (channel.startsWith('user.')) this.channels.delete(channel)
  }

  /** Null ends it. */
  setHeartbeat(everyMs: number | null, nowMs: number): void {
    this.#beatEveryMs = everyMs
    this.#beatAtMs = everyMs === null ? Number.POSITIVE_INFINITY : nowMs + everyMs
  }
  beat(nowMs: number): void {
    if (this.#beatEveryMs === null || nowMs < this.#beatAtMs) return
    this.#beatAtMs = nowMs + this.#beatEveryMs
    this.socket.send('heartbeat', JSON.stringify({ jsonrpc: '2.0', method: 'heartbeat', params: { type: 'test_request' } }))
  }

  notify(channel: string, data: unknown): void {
    if (!this.channels.has(channel)) return
    this.socket.send(channel, JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { channel, data } }))
  }
}
