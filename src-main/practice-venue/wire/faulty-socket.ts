// A client's WebSocket, with the faults between it and the wire.
import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { FaultPlane } from '../faults/fault-plane.ts'
import type { ConnectionAction } from '../faults/fault.ts'
import type { WireSocket } from './contract.ts'

/** A client that does not read is cut off when this much waits for it: nothing here may grow without bound. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024

type Held = { texts: string[]; until: number }

export class FaultySocket implements WireSocket {
  readonly path: string
  readonly query: URLSearchParams
  readonly #client: WebSocket
  readonly #tcp: Socket
  readonly #faults: FaultPlane
  readonly #after: (ms: number, run: () => void) => void
  #swapped: string | null = null
  #held: Held | null = null
  #isMute = false
  #isPaused = false
  #paused: string[] = []

  constructor(
    at: { path: string; query: URLSearchParams },
    client: WebSocket,
    rest: { tcp: Socket; faults: FaultPlane; after: (ms: number, run: () => void) => void },
  ) {
    this.path = at.path
    this.query = at.query
    this.#client = client
    this.#tcp = rest.tcp
    this.#faults = rest.faults
    this.#after = rest.after
  }

  isOpen(): boolean {
    return this.#client.readyState === WebSocket.OPEN
  }
  close(code: number, reason: string): void {
    this.#client.close(code, reason)
  }

  send(topic: string, text: string): void {
    if (!this.isOpen() || this.#isMute) return
    if (this.#held) {
      this.#hold(text)
      return
    }
    const action = this.#faults.takeMessage({ path: this.path, topic, text })
    switch (action?.type) {
      case undefined:
        this.#write(text)
        break
      case 'drop':
        break
      case 'duplicate':
        this.#write(text)
        this.#write(text)
        break
      case 'swap':
        this.#swapped = text
        break
      case 'delay':
        this.#after(action.ms, () => this.#write(text))
        break
      case 'burst':
        this.#held = { texts: [], until: action.count }
        this.#hold(text)
        break
      case 'garble':
        this.#write(text.slice(0, Math.floor(text.length / 2)))
    }
  }

  /** Does at once what a connection fault tells. */
  suffer(action: ConnectionAction): void {
    switch (action.type) {
      case 'refuse':
        break
      case 'close':
        this.close(action.code, 'closed by a fault')
        break
      case 'terminate':
        this.#client.terminate()
        break
      case 'mute':
        this.#isMute = true
        this.#after(action.ms, () => {
          this.#isMute = false
        })
        break
      case 'pause':
        this.#isPaused = true
        this.#tcp.pause()
        this.#after(action.ms, () => {
          this.#isPaused = false
          this.#tcp.resume()
          for (const text of this.#paused.splice(0)) this.#write(text)
        })
    }
  }

  #hold(text: string): void {
    if (!this.#held) return
    this.#held.texts.push(text)
    if (this.#held.texts.length < this.#held.until) return
    const { texts } = this.#held
    this.#held = null
    // Corked, so that the client's machine gets them in one piece.
    this.#tcp.cork()
    for (const each of texts) this.#write(each)
    this.#tcp.uncork()
  }

  #write(text: string): void {
    if (!this.isOpen()) return
    if (this.#isPaused) {
      if (this.#paused.length < 100_000) this.#paused.push(text)
      return
    }
    if (this.#client.bufferedAmount > WAITING_BYTES_MAX) {
      this.#client.terminate()
      return
    }
    this.#client.send(text)
    const swapped = this.#swapped
    if (swapped === null) return
    this.#swapped = null
    this.#client.send(swapped)
  }
}
