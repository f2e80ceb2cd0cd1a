// A pause after a position was closed, so that one bad moment is not traded twice.
import { type RiskCheck, verdict } from '../verdict.ts'

export const cooldown: RiskCheck = {
  code: 'cooldown',
  title: 'Cooldown',
  check({ nowMs, lastClosedMs, policy }, request) {
    if (lastClosedMs === null) {
      const message = `no position in ${request.instrumentId} was closed yet`
      return verdict({ check: 'cooldown', denial: null, message, numbers: { cooldownMs: policy.cooldownMs } })
    }
    const elapsedMs = nowMs - lastClosedMs
    return verdict({
      check: 'cooldown',
      denial: elapsedMs >= policy.cooldownMs ? null : 'cooling_down',
      message: `${elapsedMs} ms since the last position in ${request.instrumentId} was closed, at least ${policy.cooldownMs} ms`,
      numbers: { elapsedMs, cooldownMs: policy.cooldownMs },
    })
  },
}
