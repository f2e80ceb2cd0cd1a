// No hedging: on a netted account an opposite entry would close what it was not asked to close.
import { sideOpenedBy } from '../../../../src-shared/domain/instrument.ts'
import { type RiskCheck, verdict } from '../verdict.ts'

export const noOppositePosition: RiskCheck = {
  code: 'no_opposite_position',
  title: 'No opposite position',
  check({ positions, workingEntries }, request) {
    const opened = sideOpenedBy(request.side)
    const open = positions.filter((position) => position.instrumentId === request.instrumentId && position.side !== opened).length
    const working = workingEntries.filter((entry) => entry.instrumentId === request.instrumentId && entry.side !== request.side).length
    return verdict({
      check: 'no_opposite_position',
      denial: open + working === 0 ? null : 'opposite_position',
      message: () => `${request.instrumentId} has ${open} positions and ${working} working entries against a ${opened}, must have none`,
      numbers: { open, working },
    })
  },
}
