// Strategies as the forms of the lab see them: what may be set, within which bounds, and what the playbook says.
import type { Output } from '../../../src-shared/bridge/contract.ts'
import { clipped } from '../../../src-shared/bridge/order-view.ts'
import type { Playbook } from '../../../src-shared/config/playbook.ts'
import { BUNDLED_STRATEGIES } from '../../core/strategies/registry.ts'
import type { StrategyDeclaration } from '../../core/strategies/strategy.ts'

export type StrategyView = Output<'lab.playbooks'>[number]['strategies'][number]

/** The contract's bound. */
const PARAMETERS_MAX = 100

/** `parameters` are the values that were given; what they leave out has its default. */
export const strategyViewOf = (
  { id, title, timeframe, parameters }: StrategyDeclaration,
  given: Readonly<Record<string, number>>,
  file: string | null,
): StrategyView => ({
  id,
  title: clipped(title, 120),
  timeframe,
  file,
  parameters: parameters.slice(0, PARAMETERS_MAX).map((spec) => ({
    name: clipped(spec.name, 40),
    title: clipped(spec.title, 120),
    help: clipped(spec.help, 600),
    unit: clipped(spec.unit, 40),
    min: spec.min,
    max: spec.max,
    step: spec.step,
    default: spec.default,
    value: given[spec.name] ?? spec.default,
  })),
})

/** Those a playbook names; one that this program does not have is left out. */
export const strategiesOf = (playbook: Playbook): StrategyView[] =>
  playbook.strategies.flatMap(({ id, parameters }) => {
    const plugin = BUNDLED_STRATEGIES.get(id)
    return plugin === undefined ? [] : [strategyViewOf(plugin.declaration, parameters, null)]
  })
