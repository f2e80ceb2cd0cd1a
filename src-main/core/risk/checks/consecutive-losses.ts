// A streak of losses says that the market is not what the strategies believe it to be.
import { type RiskCheck, verdict } from '../verdict.ts'

export const consecutiveLosses: RiskCheck = {
  code: 'consecutive_losses',
  title: 'Losses in a row',
  check({ riskState, policy: { consecutiveLossesMax } }) {
    const losses = riskState.consecutiveLosses
    return verdict({
      check: 'consecutive_losses',
      denial: losses < consecutiveLossesMax ? null : 'too_many_losses',
      message: () => `${losses} losing round trips in a row, must be fewer than ${consecutiveLossesMax}`,
      numbers: { losses, consecutiveLossesMax },
    })
  },
}
