// The real engine in the test's own process: real journal, real market (recorded, or live from a venue on loopback), no host in between.
import { join } from 'node:path'
import { Settings } from '../../src-shared/config/settings.ts'
import type { Output, CommandName, Input } from '../../src-shared/bridge/contract.ts'
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import { type Outside, startEngine } from '../../src-main/engine/engine.ts'
import type { EngineOptions } from '../../src-main/engine/options.ts'

const WAIT_MS_MAX = 60_000

export interface EngineInProcess {
  /** Everything the engine has said so far. */
  readonly messages: readonly FromEngine[]
  /** The answer, or throws with its sentence. */
  ask<C extends CommandName>(command: C, input: Input<C>): Promise<Output<C>>
  send(message: ToEngine): void
  /** Polls a condition; rejects after a minute. */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>
  /** Orderly end. */
  stop(): Promise<void>
}

export async function openEngine(
  dataDir: string,
  over: Partial<EngineOptions> = {},
  outside: Partial<Outside> = {},
): Promise<EngineInProcess> {
  const messages: FromEngine[] = []
  const options: EngineOptions = {
    version: 'test',
    dataDir,
    assetsDir: join(import.meta.dirname, '../../assets'),
    market: 'recorded',
    speed: 600,
    settings: Settings.parse({}),
    allowFaults: false,
    ...over,
  }
  const engine = await startEngine(options, (message) => void messages.push(message), outside)
  let lastId = 0
  const until: EngineInProcess['until'] = async (what, holds) => {
    const endMs = performance.now() + WAIT_MS_MAX
    while (!(await holds())) {
      if (performance.now() > endMs) throw new Error(`not within ${WAIT_MS_MAX} ms: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  return {
    messages,
    until,
    send: (message) => engine.handle(message),
    async ask(command, input) {
      const id = (lastId += 1)
      engine.handle({ t: 'request', id, command, input })
      const answer = (): FromEngine | undefined => messages.find((message) => message.t === 'response' && message.id === id)
      await until(`an answer to ${command}`, () => answer() !== undefined)
      const found = answer()
      if (found?.t !== 'response' || !found.ok)
        throw new Error(found?.t === 'response' && !found.ok ? `${found.code}: ${found.message}` : 'no answer')
      return found.value as never
    },
    async stop() {
      engine.handle({ t: 'shutdown' })
      await until('the engine says goodbye', () => messages.some((message) => message.t === 'bye'))
    },
  }
}
