// The settings file of one data directory. Unknown keys are refused: a misspelt limit must not be silently ignored.
import { z } from 'zod'
import { overridesOf } from './overrides.ts'
import { DEFAULT_PLAYBOOK_ID } from './playbook.ts'
import { CarePolicy, RiskPolicy } from './risk-policy.ts'

/** Ids of the strategies that come with the program: a name that is none of them is refused before anything starts. */
export const BUNDLED_STRATEGY_IDS = ['trend-adaptive', 'trend-enhanced', 'imba', 'tb', 'fs', 'mc'] as const

export const Settings = z.strictObject({
  version: z.literal(1).default(1),
  playbook: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, 'the id of a playbook')
    .default(DEFAULT_PLAYBOOK_ID)
    .meta({ help: 'Which set of strategies and limits runs at the first start; a choice on the screen goes before it' }),
  initialBalance: z
    .string()
    .regex(/^(?=.*[1-9])\d{1,12}(\.\d{1,8})?$/, 'a plain decimal above 0 such as 10000')
    .default('10000')
    .meta({ unit: 'USDT', help: 'Paper account at its first start' }),
  leverage: z.number().min(1).max(125).default(5).meta({ unit: '×', help: 'Leverage of the paper account' }),
  strategies: z
    .array(z.enum(BUNDLED_STRATEGY_IDS))
    .refine((ids) => new Set(ids).size === ids.length, 'each strategy at most once')
    .optional()
    .meta({
      help: 'Bundled strategies to run instead of those of the playbook; a user file runs while it lies in the strategies folder',
    }),
  /** Only what differs: the playbook says the rest, and the defaults what that leaves open. */
  risk: overridesOf(RiskPolicy).default({}),
  care: overridesOf(CarePolicy).default({}),
  simulation: z
    .strictObject({
      latencyMs: z.number().int().min(0).max(60_000).default(120).meta({ unit: 'ms', help: 'One way, to the venue or back' }),
      slippageBasisPoints: z.number().min(0).max(500).default(1).meta({ unit: 'bp', help: 'What a market order pays beyond the price' }),
      participationMax: z
        .number()
        .gt(0)
        .max(1)
        .default(0.1)
        .meta({ unit: 'fraction', help: 'Largest share of a candle’s volume one order may take' }),
    })
    .prefault({}),
})
export type Settings = z.infer<typeof Settings>
