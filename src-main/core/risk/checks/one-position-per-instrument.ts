// One idea per instrument at a time: neither a second entry nor two entries in flight.
import { sideOpenedBy } from '../../../../src-shared/domain/instrument.ts'
import { type RiskCheck, verdict } from '../verdict.ts'

export const onePositionPerInstrument: RiskCheck = {
  code: 'one_position_per_instrument',
  title: 'One position per instrument',
  check({ positions, workingEntries, addsTo }, request) {
    const isAdd = addsTo !== null && addsTo.positionId === request.positionId && addsTo.side === sideOpenedBy(request.side)
    const there = positions.filter((position) => position.instrumentId === request.instrumentId).length
    // The position that is added to is the one that may be there.
    const open = isAdd ? there - 1 : there
    const working = workingEntries.filter((entry) => entry.instrumentId === request.instrumentId).length
    const denial = open !== 0 ? 'position_open' : working > 0 ? 'entry_working' : null
    return verdict({
      check: 'one_position_per_instrument',
      denial,
      message: () =>
        `${request.instrumentId} has ${open} ${isAdd ? 'other ' : ''}open positions and ${working} working entries, must have none`,
      numbers: { open, working },
    })
  },
}
