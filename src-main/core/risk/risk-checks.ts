// Every check an entry must pass, in the order in which their reasons are reported.
import { accountDrawdown } from './checks/account-drawdown.ts'
import { availableMargin } from './checks/available-margin.ts'
import { consecutiveLosses } from './checks/consecutive-losses.ts'
import { cooldown } from './checks/cooldown.ts'
import { dayLoss } from './checks/day-loss.ts'
import { grossExposure } from './checks/gross-exposure.ts'
import { inputs } from './checks/inputs.ts'
import { leverage } from './checks/leverage.ts'
import { liquidationDistance } from './checks/liquidation-distance.ts'
import { noOppositePosition } from './checks/no-opposite-position.ts'
import { onePositionPerInstrument } from './checks/one-position-per-instrument.ts'
import { positionSize } from './checks/position-size.ts'
import { riskPerTrade } from './checks/risk-per-trade.ts'
import { stopDistance } from './checks/stop-distance.ts'
import { stopRequired } from './checks/stop-required.ts'
import { systemHealth } from './checks/system-health.ts'
import { tradesPerDay } from './checks/trades-per-day.ts'
import { tradingState } from './checks/trading-state.ts'
import { venueLimits } from './checks/venue-limits.ts'
import { weekLoss } from './checks/week-loss.ts'
import type { RiskCheck } from './verdict.ts'

export const RISK_CHECKS: readonly RiskCheck[] = Object.freeze([
  tradingState,
  systemHealth,
  inputs,
  stopRequired,
  stopDistance,
  riskPerTrade,
  positionSize,
  leverage,
  grossExposure,
  availableMargin,
  onePositionPerInstrument,
  noOppositePosition,
  cooldown,
  dayLoss,
  weekLoss,
  tradesPerDay,
  consecutiveLosses,
  accountDrawdown,
  liquidationDistance,
  venueLimits,
])

/** The checks that no size can change: when one of them denies, nothing has to be sized. */
export const GATES: readonly RiskCheck[] = Object.freeze([
  tradingState,
  systemHealth,
  cooldown,
  dayLoss,
  weekLoss,
  tradesPerDay,
  consecutiveLosses,
  accountDrawdown,
])
