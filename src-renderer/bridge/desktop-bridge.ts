// The way in through Electron's preload: three functions on `window.bridge`, events as JSON text.
import { type Bridge, type Capabilities, type TopicName, topics } from '../../src-shared/bridge/contract.ts'
import { PROTOCOL_VERSION } from '../../src-shared/bridge/version.ts'
import { decodeResult } from './decode.ts'
import { engineDown } from './errors.ts'
import { TopicListeners } from './topic-listeners.ts'

/** What the preload exposes. Nothing it hands over is believed before it was decoded. */
export type ExposedBridge = {
  hello(): Promise<{ readonly protocol: number; readonly capabilities: Capabilities } | null>
  invoke(command: string, input: unknown): Promise<unknown>
  subscribe(topic: string, listener: (payload: unknown) => void): () => void
}
declare global {
  interface Window {
    readonly bridge?: ExposedBridge
  }
}

/** Throws when the preload speaks another protocol: a screen must not misread an engine. */
export async function connectDesktop(exposed: ExposedBridge): Promise<Bridge> {
  const welcome = await exposed.hello()
  if (welcome?.protocol !== PROTOCOL_VERSION) {
    throw new Error(`The window speaks protocol ${PROTOCOL_VERSION}, the program ${welcome?.protocol ?? 'none'}. Restart the program.`)
  }
  const listeners = new TopicListeners()
  for (const topic of Object.keys(topics)) exposed.subscribe(topic, (raw) => listeners.deliver(topic as TopicName, fromJson(raw)))
  return {
    protocol: welcome.protocol,
    capabilities: welcome.capabilities,
    invoke: async (command, input) => {
      try {
        return decodeResult(command, await exposed.invoke(command, input))
      } catch (error) {
        return engineDown(error instanceof Error ? error.message : 'the program did not answer')
      }
    },
    subscribe: (topic, listener) => listeners.subscribe(topic, listener),
    // Window and program live and die together; there is no connection to lose.
    onConnection: () => () => {},
  }
}

/** Text that is no JSON goes on as it is, and its schema refuses it. */
function fromJson(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw
  try {
    return JSON.parse(raw)
  } catch {
    return raw
  }
}
