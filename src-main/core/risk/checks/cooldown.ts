// A pause after a position was closed, so that one bad moment is not traded twice.
import { MINUTE_MS } from '../../../../src-shared/domain/time.ts'
import { type RiskCheck, verdict } from '../verdict.ts'

/** To a tenth of a minute. */
const minutes = (ms: number): string => `${Math.round((10 * ms) / MINUTE_MS) / 10} min`

export const cooldown: RiskCheck = {
  code: 'cooldown',
  title: 'Cooldown',
  check({ nowMs, lastClosedMs, policy }, request) {
    if (lastClosedMs === null) {
      const message = () => `no position in ${request.instrumentId} was closed yet`
      return verdict({ check: 'cooldown', denial: null, message, numbers: { cooldownMs: policy.cooldownMs } })
    }
    const elapsedMs = nowMs - lastClosedMs
    return verdict({
      check: 'cooldown',
      denial: elapsedMs >= policy.cooldownMs ? null : 'cooling_down',
      message: () =>
        `${minutes(elapsedMs)} since the last position in ${request.instrumentId} was closed, at least ${minutes(policy.cooldownMs)}`,
      numbers: { elapsedMs, cooldownMs: policy.cooldownMs },
    })
  },
}
