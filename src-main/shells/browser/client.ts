// One screen on its WebSocket: says hello, then asks and listens.
import type { RawData, WebSocket } from 'ws'
import type { Capabilities, TopicName } from '../../../src-shared/bridge/contract.ts'
import { PROTOCOL_VERSION } from '../../../src-shared/bridge/version.ts'
import { ClientMessage, type ServerMessage } from '../../../src-shared/bridge/wire.ts'
import type { EngineHost } from '../../host/engine-host.ts'
import type { LoginGate, Session } from './login-gate.ts'
import { eventMessage, Outbox, type OutboxOptions } from './outbox.ts'

export type ClientOptions = {
  readonly name: string
  readonly host: Pick<EngineHost, 'invoke' | 'status'>
  readonly gate: LoginGate
  /** Asked after a good hello: false when there are enough screens already. */
  readonly hasRoom: () => boolean
  readonly outbox: Partial<OutboxOptions>
}
const CAPABILITIES: Capabilities = { nativeNotifications: false, openLogsFolder: false, saveFile: true }
const HELLO_MS_MAX = 5_000
const PING_MS = 15_000
const IN_FLIGHT_MAX = 32

/** Close codes; the screen tells a person what to do by them. */
export const CLOSE = { badMessage: 4400, notLoggedIn: 4401, protocol: 4426, tooMany: 4429, leaving: 1001 } as const

export class Client {
  readonly #socket: WebSocket
  readonly #options: ClientOptions
  readonly #outbox: Outbox
  readonly #helloTimer: NodeJS.Timeout
  readonly #pingTimer: NodeJS.Timeout
  #session: Session | null = null
  #alive = true
  #inFlight = 0

  constructor(socket: WebSocket, options: ClientOptions) {
    this.#socket = socket
    this.#options = options
    this.#outbox = new Outbox(socket, options.outbox)
    this.#helloTimer = setTimeout(() => socket.close(CLOSE.notLoggedIn, 'no hello in time'), HELLO_MS_MAX)
    this.#pingTimer = setInterval(() => this.#ping(), PING_MS)
    socket.on('pong', () => (this.#alive = true))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => this.#end())
    socket.on('message', (data, isBinary) => void this.#receive(data, isBinary).catch(() => socket.terminate()))
  }

  get isLoggedIn(): boolean {
    return this.#session !== null
  }

  sendEvent(topic: TopicName, message: string): void {
    if (this.#session && this.#socket.readyState === this.#socket.OPEN) this.#outbox.sendEvent(topic, message)
  }

  close(): void {
    this.#socket.close(CLOSE.leaving, 'the program ends')
  }

  #end(): void {
    clearTimeout(this.#helloTimer)
    clearInterval(this.#pingTimer)
    this.#outbox.close()
  }

  #ping(): void {
    if (!this.#alive) return this.#socket.terminate()
    if (this.#session && !this.#session.touch()) return this.#socket.close(CLOSE.notLoggedIn, 'the session has expired')
    this.#alive = false
    this.#socket.ping()
  }

  async #receive(data: RawData, isBinary: boolean): Promise<void> {
    const message = isBinary ? null : parse(data)
    if (!message) return this.#socket.close(CLOSE.badMessage, 'not a message of this protocol')
    if (!this.#session) return this.#greet(message)
    if (message.t !== 'request') return this.#socket.close(CLOSE.badMessage, 'a second hello')
    if (this.#inFlight >= IN_FLIGHT_MAX) {
      return this.#send({
        t: 'response',
        id: message.id,
        result: { ok: false, error: { code: 'refused', message: 'too many requests at once' } },
      })
    }
    this.#inFlight++
    const result = await this.#options.host.invoke(message.command, message.input, this.#options.name).finally(() => this.#inFlight--)
    this.#send({ t: 'response', id: message.id, result })
  }

  #greet(message: ClientMessage): void {
    if (message.t !== 'hello') return this.#socket.close(CLOSE.notLoggedIn, 'hello comes first')
    if (message.v !== PROTOCOL_VERSION) return this.#socket.close(CLOSE.protocol, `this program speaks protocol ${PROTOCOL_VERSION}`)
    // Before the token is used up.
    if (!this.#options.hasRoom()) return this.#socket.close(CLOSE.tooMany, 'too many screens are open')
    const session = this.#options.gate.enter(message.token)
    if (!session) return this.#socket.close(CLOSE.notLoggedIn, 'the login link was used or has expired')
    clearTimeout(this.#helloTimer)
    this.#session = session
    this.#send({ t: 'welcome', session: session.secret, capabilities: CAPABILITIES })
    this.sendEvent('status', eventMessage('status', JSON.stringify(this.#options.host.status())))
  }

  #send(message: ServerMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#outbox.send(JSON.stringify(message))
  }
}

function parse(data: RawData): ClientMessage | null {
  // The only form ws gives unless told otherwise.
  if (!Buffer.isBuffer(data)) return null
  try {
    const parsed = ClientMessage.safeParse(JSON.parse(data.toString('utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
