// Entries need an active engine: no trip in force, no pause.
import { type RiskCheck, verdict } from '../verdict.ts'

export const tradingState: RiskCheck = {
  code: 'trading_state',
  title: 'Trading state',
  check({ riskState, strategyPaused }) {
    const trip = riskState.trips[0]
    const active = riskState.tradingState === 'active' && trip === undefined
    const numbers = { tradingState: riskState.tradingState, trips: riskState.trips.length, strategyPaused }
    if (!active) {
      const code = riskState.tradingState === 'reducing' ? 'trading_reducing' : 'trading_halted'
      const message = `trading is ${riskState.tradingState}: ${trip === undefined ? 'no cause recorded' : trip.message}`
      return verdict({ check: 'trading_state', denial: code, message, numbers })
    }
    const denial = strategyPaused === false ? null : 'strategy_paused'
    return verdict({
      check: 'trading_state',
      denial,
      message: denial === null ? 'trading is active' : 'the operator paused this strategy',
      numbers,
    })
  },
}
