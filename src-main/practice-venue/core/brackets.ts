// Leverage brackets from the tables that venues publish.
import { money, rate } from '../../../src-shared/domain/decimal.ts'
import type { LeverageBracket } from './instrument.ts'

/** Notional cap, highest leverage, maintenance margin rate. */
export type BracketTier = readonly [cap: string, leverage: number, rate: string]

export function bracketsOf(tiers: readonly BracketTier[]): LeverageBracket[] {
  const brackets: LeverageBracket[] = []
  for (const [cap, leverageMax, maintenance] of tiers) {
    const last = brackets.at(-1)
    const notionalFloor = last?.notionalCap ?? money('0')
    const maintenanceRate = rate(maintenance)
    // Continuous at each floor: amount = amount before + floor × (rate − rate before).
    const step = last ? ((notionalFloor as bigint) * ((maintenanceRate as bigint) - (last.maintenanceRate as bigint))) / 10n ** 12n : 0n
    const maintenanceAmount = money('0') + (last?.maintenanceAmount ?? 0n) + step
    brackets.push({
      notionalFloor,
      notionalCap: money(cap),
      leverageMax,
      maintenanceRate,
      maintenanceAmount: maintenanceAmount as LeverageBracket['maintenanceAmount'],
    })
  }
  return brackets
}
