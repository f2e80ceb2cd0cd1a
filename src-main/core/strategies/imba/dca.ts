// Averaging in: adds to a position that has gone against it, at steps from where it was opened. Off unless asked for.
import type { Regime } from '../../../../src-shared/domain/decision.ts'
import { parameter } from '../parameters.ts'
import type { ManageIntent, ParameterSpec, PositionView, StrategyInput } from '../strategy.ts'

export const DCA_PARAMETERS: readonly ParameterSpec[] = [
  {
    name: 'dcaAdds',
    title: 'Adds',
    help: 'How often a losing position may be added to, with the same stop; 0 never. The entry is made smaller by what the adds will take',
    unit: 'adds',
    min: 0,
    max: 2,
    step: 1,
    default: 0,
  },
  {
    name: 'dcaStepPercent',
    title: 'Step of the adds',
    help: 'Each add waits for this much more against the position, from its entry',
    unit: '%',
    min: 0.2,
    max: 10,
    step: 0.1,
    default: 1,
  },
  {
    name: 'dcaFraction',
    title: 'Size of an add',
    help: 'As a fraction of the quantity the position was opened with',
    unit: 'fraction',
    min: 0.1,
    max: 1,
    step: 0.05,
    default: 0.5,
  },
]

/** Follows one position at a time. One it has not seen from its first candle is left alone: nobody knows what was added to it before. */
export class DcaLadder {
  readonly #adds: number
  readonly #step: number
  readonly #fraction: number
  #openedMs = NaN
  #entryPrice = NaN
  #done = 0

  constructor(parameters: Readonly<Record<string, number>>) {
    this.#adds = parameter(parameters, 'dcaAdds')
    this.#step = parameter(parameters, 'dcaStepPercent') / 100
    this.#fraction = parameter(parameters, 'dcaFraction')
  }

  /** Share of the full size to enter with, so that the position with all its adds is no larger; undefined without adds. */
  get entryShare(): number | undefined {
    return this.#adds === 0 ? undefined : 1 / (1 + this.#adds * this.#fraction)
  }

  /** At most one add per candle, each level once, whatever becomes of it. */
  next({ position, close, openTimeMs }: StrategyInput, regime: () => Regime | null): ManageIntent | null {
    if (position === null || this.#adds === 0) return null
    if (position.openedMs !== this.#openedMs) this.#meet(position, openTimeMs)
    const against = (position.side === 'long' ? 1 : -1) * (1 - close / this.#entryPrice)
    if (this.#done >= this.#adds || !(against >= (this.#done + 1) * this.#step)) return null
    this.#done += 1
    return { type: 'add', fraction: this.#fraction, reason: `dca_${this.#done}`, regime: regime() }
  }

  #meet({ openedMs, entryPrice }: PositionView, openTimeMs: number): void {
    this.#openedMs = openedMs
    this.#entryPrice = entryPrice
    this.#done = openedMs >= openTimeMs ? 0 : this.#adds
  }
}
