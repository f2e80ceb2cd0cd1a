// One idea per instrument at a time: neither a second entry nor two entries in flight.
import { type RiskCheck, verdict } from '../verdict.ts'

export const onePositionPerInstrument: RiskCheck = {
  code: 'one_position_per_instrument',
  title: 'One position per instrument',
  check({ positions, workingEntries }, request) {
    const open = positions.filter((position) => position.instrumentId === request.instrumentId).length
    const working = workingEntries.filter((entry) => entry.instrumentId === request.instrumentId).length
    const denial = open > 0 ? 'position_open' : working > 0 ? 'entry_working' : null
    return verdict({
      check: 'one_position_per_instrument',
      denial,
      message: `${request.instrumentId} has ${open} open positions and ${working} working entries, must have none`,
      numbers: { open, working },
    })
  },
}
