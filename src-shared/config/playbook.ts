// A playbook: which strategies trade which instruments, within which limits, as one validated file. Bundled ones here, the user's own in a folder.
import { z } from 'zod'
import { instrumentId } from '../domain/ids.ts'
import { ExecutionPolicy } from './execution-policy.ts'
import { overridesOf } from './overrides.ts'
import { CarePolicy, RiskPolicy } from './risk-policy.ts'

const Id = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'lower-case letters, digits and -, a letter first, at most 64')

const InstrumentText = z.string().transform((text, context) => {
  try {
    return instrumentId(text)
  } catch (cause) {
    context.addIssue(cause instanceof Error ? cause.message : String(cause))
    return z.NEVER
  }
})

export const Playbook = z.strictObject({
  version: z.literal(1),
  id: Id,
  title: z.string().min(1).max(80),
  description: z.string().max(400),
  /** Instruments that are traded; all of the market's when it is empty. */
  universe: z.array(InstrumentText).max(200).default([]),
  strategies: z
    .array(z.strictObject({ id: Id, parameters: z.record(z.string().max(40), z.number()).default({}) }))
    .min(1)
    .max(32)
    .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'each strategy at most once'),
  /** Limits that differ from the defaults; settings.json goes before them. */
  risk: overridesOf(RiskPolicy).default({}),
  care: overridesOf(CarePolicy).default({}),
  execution: overridesOf(ExecutionPolicy).optional(),
})
export type Playbook = z.infer<typeof Playbook>

/** Sources: domain.md section 2; the limits of `imba` are those of its seed, which are the defaults of the policies. */
export const BUNDLED_PLAYBOOKS: readonly Playbook[] = [
  {
    version: 1 as const,
    id: 'trend',
    title: 'Trend',
    description: 'Two trend followers on 5 minute bars, one of them only when RSI and MACD agree. Shows quickly how the desk works.',
    strategies: [{ id: 'trend-adaptive' }, { id: 'trend-enhanced' }],
  },
  {
    version: 1 as const,
    id: 'imba',
    title: 'IMBA',
    description: 'Twelve weighted voters, three regimes, sentiment and dominance as timing, filters for funding, spread and regime.',
    strategies: [{ id: 'imba' }],
  },
  {
    version: 1 as const,
    id: 'validated-quant',
    title: 'Validated quant',
    description:
      'Trend breakout, funding squeeze and miner capitulation, each gated by its score and by the strategy, side and regime matrix.',
    strategies: [{ id: 'tb' }, { id: 'fs' }, { id: 'mc' }],
    // Stops of several daily ranges, and an exit that trails: a ladder would sell the winners early.
    risk: { stopDistanceMax: 0.25 },
    care: { targetLadder: [] },
  },
].map((playbook) => Playbook.parse(playbook))

export const DEFAULT_PLAYBOOK_ID = 'trend'
