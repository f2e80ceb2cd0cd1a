// Nothing from outside is believed before its schema accepted it. One report per kind of mistake, then silence: a broken
// engine must not fill the console.
import {
  type BridgeResult,
  type CommandName,
  type Output,
  type Payload,
  type TopicName,
  commands,
  topics,
} from '../../src-shared/bridge/contract.ts'
import { isBridgeError } from './errors.ts'

const reported = new Set<string>()

/** Tells the developer console once per `what`. */
function reportOnce(what: string, detail: string): void {
  if (reported.has(what)) return
  reported.add(what)
  console.error(`${what}: ${detail}`)
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }
const describe = (issues: readonly Issue[]): string => {
  const first = issues[0]
  return first ? `${first.path.map(String).join('.') || 'value'}: ${first.message}` : 'no detail'
}

/** The payload of a topic, or null when it breaks the contract (then the replica can no longer be trusted). */
export function decodePayload<T extends TopicName>(topic: T, raw: unknown): Payload<T> | null {
  const parsed = topics[topic].safeParse(raw)
  // The schema looked up by T yields Payload<T>; the compiler cannot follow the lookup.
  if (parsed.success) return parsed.data as Payload<T>
  reportOnce(`topic ${topic} breaks the contract`, describe(parsed.error.issues))
  return null
}

/** The result of a command as the contract has it; anything else becomes an `internal` error that names the command. */
export function decodeResult<C extends CommandName>(command: C, raw: unknown): BridgeResult<Output<C>> {
  if (typeof raw === 'object' && raw !== null && 'ok' in raw) {
    if (raw.ok === true && 'value' in raw) return decodeValue(command, raw.value)
    if (raw.ok === false && 'error' in raw && isBridgeError(raw.error)) return { ok: false, error: raw.error }
  }
  return broken(command, 'neither a value nor an error')
}

function decodeValue<C extends CommandName>(command: C, value: unknown): BridgeResult<Output<C>> {
  const parsed = commands[command].output.safeParse(value)
  // As above: the schema looked up by C yields Output<C>.
  if (parsed.success) return { ok: true, value: parsed.data as Output<C> }
  return broken(command, describe(parsed.error.issues))
}

function broken(
  command: CommandName,
  detail: string,
): { readonly ok: false; readonly error: { readonly code: 'internal'; readonly message: string } } {
  reportOnce(`answer to ${command} breaks the contract`, detail)
  return { ok: false, error: { code: 'internal', message: `The answer to ${command} was not understood: ${detail}` } }
}
