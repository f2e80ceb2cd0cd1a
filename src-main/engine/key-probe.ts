// Answers the host's question what a key may do.
import type { FromEngine, ToEngine } from '../../src-shared/bridge/wire.ts'
import { VENUES } from '../../src-shared/domain/venue.ts'
import type { ProbeKey } from '../core/ports/probe-key.ts'
import type { KnownSecrets } from './known-secrets.ts'

/** Below the host's own deadline, so that its sentence names the venue. */
const PROBE_MS_MAX = 8_000

type Probe = Extract<ToEngine, { t: 'probe' }>
type Parts = { readonly probeKey: ProbeKey; readonly secrets: KnownSecrets; readonly deadlineMs?: number }

/** Never rejects. A fault of the probe is told by its kind alone: its words may hold anything, and trading goes on without it. */
export async function answerProbe(
  { id, venue, handed }: Probe,
  { probeKey, secrets, deadlineMs = PROBE_MS_MAX }: Parts,
): Promise<FromEngine> {
  const refuse = (message: string): FromEngine => ({ t: 'response', id, ok: false, code: 'refused', message: secrets.scrub(message) })
  const { name } = VENUES[venue]
  secrets.learn(handed.credentials)
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), deadlineMs)))
  try {
    const answer = await Promise.race([probeKey(venue, handed.environment, handed.credentials), tooLate])
    if (answer === 'late') return refuse(`${name} did not answer within ${deadlineMs / 1000} s`)
    return answer.ok ? { t: 'response', id, ok: true, value: answer.value } : refuse(answer.error)
  } catch (cause) {
    return refuse(`the test of the key failed in this program (${cause instanceof Error ? cause.name : 'unknown fault'})`)
  } finally {
    clearTimeout(timer)
  }
}
