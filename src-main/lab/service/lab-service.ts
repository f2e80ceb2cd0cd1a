// The lab's worker as its host speaks to it: one message after the other, and never busy itself, because work happens in threads.
import { commands, isCommand } from '../../../src-shared/bridge/contract.ts'
import type { FromEngine, ToEngine } from '../../../src-shared/bridge/wire.ts'
import { unreachable } from '../../../src-shared/domain/result.ts'
import { LabStoreError } from '../../adapters/lab-store/lab-store-error.ts'
import { MarketStoreError } from '../../adapters/market-store/market-store-error.ts'
import type { LabOptions } from '../../engine/options.ts'
import type { WorkerHandle } from '../../engine/worker-port.ts'
import { HANDLERS, isLabCommand } from './handlers.ts'
import { Lab } from './lab.ts'
import { Refusal } from './refusal.ts'

type Post = (message: FromEngine) => void
type Trouble = { readonly code: Refusal['code'] | 'internal'; readonly message: string }

/** Opens the lab. What a restart cannot mend ends in a `fatal` message instead of an exception. `entry` is the file that threads are started from. */
export function startLabService(options: LabOptions, post: Post, entry: string): Promise<WorkerHandle> {
  const onLog = (level: 'info' | 'warn' | 'error', message: string): void => post({ t: 'log', tsMs: Date.now(), level, message })
  const announce = (json: string): void => post({ t: 'event', topic: 'lab', json })
  try {
    const service = new LabService(new Lab(options, { entry, onLog, announce }), post)
    post({ t: 'ready' })
    return Promise.resolve(service)
  } catch (cause) {
    if (!(cause instanceof LabStoreError || cause instanceof MarketStoreError)) throw cause
    post({ t: 'fatal', message: cause.message })
    return Promise.resolve({ handle: () => undefined })
  }
}

class LabService implements WorkerHandle {
  readonly #lab: Lab
  readonly #post: Post
  #closing = false

  constructor(lab: Lab, post: Post) {
    this.#lab = lab
    this.#post = post
  }

  handle(message: ToEngine): void {
    switch (message.t) {
      case 'ping':
        return this.#post({ t: 'pong', n: message.n })
      case 'power':
        // Nothing here depends on the clock of the world.
        return
      case 'request':
        void this.#answer(message)
        return
      case 'shutdown':
        void this.#shutDown()
        return
      // Keys are the engine's alone: what cannot be sent here is not quoted in an error either.
      case 'probe':
      case 'credentials':
        return
      default:
        return unreachable(message, 'message to the lab')
    }
  }

  async #answer({ id, command, input }: Extract<ToEngine, { t: 'request' }>): Promise<void> {
    try {
      if (!isCommand(command) || !isLabCommand(command)) throw new Refusal('refused', `the lab does not answer "${command}"`)
      if (this.#closing && commands[command].scope !== 'read') throw new Refusal('refused', 'the lab is stopping')
      const handler = HANDLERS[command] as (lab: Lab, input: unknown) => unknown
      this.#post({ t: 'response', id, ok: true, value: await handler(this.#lab, input) })
    } catch (cause) {
      const { code, message } = troubleOf(cause)
      if (code === 'internal') this.#log(`${command}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`)
      this.#post({ t: 'response', id, ok: false, code, message })
    }
  }

  async #shutDown(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    await this.#lab.close()
    this.#post({ t: 'bye' })
  }

  #log(message: string): void {
    this.#post({ t: 'log', tsMs: Date.now(), level: 'error', message })
  }
}

/** What was thrown, in the words of the bridge. A bug is told as one and leaves the lab running: nothing trades in it. */
function troubleOf(cause: unknown): Trouble {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (cause instanceof Refusal) return { code: cause.code, message }
  if (cause instanceof LabStoreError || cause instanceof MarketStoreError) {
    if (cause.code === 'not_found') return { code: 'not_found', message }
    return { code: cause.code === 'bad_value' ? 'bad_input' : 'refused', message }
  }
  // A value that a parser of the domain refused, such as the id of an instrument.
  if (cause instanceof RangeError) return { code: 'bad_input', message }
  return { code: 'internal', message }
}
