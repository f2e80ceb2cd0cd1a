// The way in through the browser shell: one WebSocket, opened again with a growing pause when it is lost.
import * as z from 'zod/mini'
import { type Bridge, type Capabilities, isTopic } from '../../src-shared/bridge/contract.ts'
import { PROTOCOL_VERSION } from '../../src-shared/bridge/version.ts'
import { decodeResult } from './decode.ts'
import { engineDown } from './errors.ts'
import { TopicListeners } from './topic-listeners.ts'

const SESSION_KEY = 'session'
/** Close code of the shell for a token or session it does not know. */
const CLOSE_UNAUTHORIZED = 4401
const RETRY_MS = [250, 500, 1000, 2000, 4000, 8000, 10_000] as const
const REQUEST_TIMEOUT_MS = 20_000
const REQUESTS_MAX = 200

const ServerText = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('welcome'),
    session: z.string().check(z.maxLength(256)),
    capabilities: z.object({ nativeNotifications: z.boolean(), openLogsFolder: z.boolean(), saveFile: z.boolean() }),
  }),
  z.object({ t: z.literal('response'), id: z.int(), result: z.unknown() }),
  z.object({ t: z.literal('event'), topic: z.string(), payload: z.unknown() }),
])

export const LOGIN_NEEDED = 'Open the login link that the program printed; this one was used or has expired.'

/** The token of the login link, once: it is removed from the address bar. Afterwards the session of this tab. */
export function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('t')
  if (token === null) return sessionStorage.getItem(SESSION_KEY) ?? ''
  history.replaceState(null, '', location.pathname)
  return token
}

/** Lives as long as the page. Resolves once welcomed. Rejects with {@link LOGIN_NEEDED} when the token is refused; keeps trying while nobody answers. */
export async function connectSocket(url: string, token: string): Promise<Bridge> {
  const connection = new SocketConnection(url, token)
  const capabilities = await connection.open()
  return {
    protocol: PROTOCOL_VERSION,
    capabilities,
    invoke: async (command, input) => decodeResult(command, await connection.request(command, input)),
    subscribe: (topic, listener) => connection.listeners.subscribe(topic, listener),
    onConnection: (listener) => connection.onConnection(listener),
  }
}

type Opening = { readonly resolve: (capabilities: Capabilities) => void; readonly reject: (error: Error) => void }
type Request = { readonly settle: (result: unknown) => void; readonly timer: ReturnType<typeof setTimeout> }

class SocketConnection {
  readonly listeners = new TopicListeners()
  private readonly connectionListeners = new Set<(connected: boolean) => void>()
  private readonly requests = new Map<number, Request>()
  private readonly url: string
  private readonly token: string
  private socket: WebSocket | null = null
  private opening: Opening | null = null
  private lastId = 0
  private attempts = 0
  private welcomed = false

  constructor(url: string, token: string) {
    this.url = url
    this.token = token
  }

  open(): Promise<Capabilities> {
    return new Promise((resolve, reject) => {
      this.opening = { resolve, reject }
      this.connect(this.token)
    })
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.connectionListeners.add(listener)
    return () => void this.connectionListeners.delete(listener)
  }

  request(command: string, input: unknown): Promise<unknown> {
    const socket = this.socket
    if (!this.welcomed || socket?.readyState !== WebSocket.OPEN) return Promise.resolve(engineDown('not connected to the program'))
    if (this.requests.size >= REQUESTS_MAX) return Promise.resolve(engineDown(`${REQUESTS_MAX} requests are waiting for an answer already`))
    return new Promise((settle) => {
      this.lastId += 1
      const id = this.lastId
      const late = { ok: false, error: { code: 'timeout', message: `no answer within ${REQUEST_TIMEOUT_MS / 1000} s` } }
      this.requests.set(id, { settle, timer: setTimeout(() => this.settle(id, late), REQUEST_TIMEOUT_MS) })
      socket.send(JSON.stringify({ t: 'request', id, command, input }))
    })
  }

  private connect(token: string): void {
    const socket = new WebSocket(this.url)
    this.socket = socket
    socket.addEventListener('open', () => socket.send(JSON.stringify({ t: 'hello', v: PROTOCOL_VERSION, token })))
    socket.addEventListener('message', (event: MessageEvent<unknown>) => this.receive(event.data))
    socket.addEventListener('close', (event) => this.closed(event.code, token))
  }

  private receive(data: unknown): void {
    const message = parseMessage(data)
    if (!message) return
    switch (message.t) {
      case 'welcome':
        return this.welcome(message.session, message.capabilities)
      case 'response':
        return this.settle(message.id, message.result)
      case 'event':
        if (isTopic(message.topic)) this.listeners.deliver(message.topic, message.payload)
    }
  }

  private welcome(session: string, capabilities: Capabilities): void {
    sessionStorage.setItem(SESSION_KEY, session)
    this.attempts = 0
    this.welcomed = true
    if (this.opening) {
      this.opening.resolve(capabilities)
      this.opening = null
    } else this.announce(true)
  }

  private closed(code: number, token: string): void {
    const wasOpen = this.welcomed
    this.welcomed = false
    for (const id of this.requests.keys()) this.settle(id, engineDown('the connection was lost; the outcome is unknown'))
    if (code === CLOSE_UNAUTHORIZED) return this.refused()
    if (wasOpen) this.announce(false)
    const delayMs = RETRY_MS[Math.min(this.attempts, RETRY_MS.length - 1)] ?? 10_000
    this.attempts += 1
    setTimeout(() => this.connect(sessionStorage.getItem(SESSION_KEY) ?? token), delayMs)
  }

  private refused(): void {
    sessionStorage.removeItem(SESSION_KEY)
    // The session has ended while the screen was open: starting over without one shows the same sentence.
    if (!this.opening) return location.reload()
    this.opening.reject(new Error(LOGIN_NEEDED))
    this.opening = null
  }

  private settle(id: number, result: unknown): void {
    const request = this.requests.get(id)
    if (!request) return
    this.requests.delete(id)
    clearTimeout(request.timer)
    request.settle(result)
  }

  private announce(connected: boolean): void {
    for (const listener of this.connectionListeners) listener(connected)
  }
}

function parseMessage(data: unknown): z.output<typeof ServerText> | null {
  if (typeof data !== 'string') return null
  try {
    const parsed = ServerText.safeParse(JSON.parse(data))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
