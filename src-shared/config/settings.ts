// The settings file of one data directory. Unknown keys are refused: a misspelt limit must not be silently ignored.
import { z } from 'zod'
import { ExecutionPolicy } from './execution-policy.ts'
import { overridesOf } from './overrides.ts'
import { DEFAULT_PLAYBOOK_ID } from './playbook.ts'
import { CarePolicy, RiskPolicy } from './risk-policy.ts'

/** Ids of the strategies that come with the program: a name that is none of them is refused before anything starts. */
export const BUNDLED_STRATEGY_IDS = ['trend-adaptive', 'trend-enhanced', 'imba', 'tb', 'fs', 'mc'] as const

const source = (help: string) => z.boolean().default(true).meta({ help })

/** Numbers and headlines from outside. Only a live market asks the network; a recorded one answers from its files. */
export const ContextSettings = z.strictObject({
  enabled: z.boolean().default(true).meta({ help: 'Whether sources beside the market itself are asked at all' }),
  retentionDays: z
    .number()
    .int()
    .min(30)
    .max(3650)
    .default(365)
    .meta({ unit: 'days', help: 'How long values that change within a day are kept; daily ones are kept for ten years' }),
  sources: z
    .strictObject({
      fear_greed: source('Crypto Fear & Greed index of alternative.me'),
      btc_dominance: source('Market value of Bitcoin as a share of all, from CoinGecko'),
      hash_rate: source('Hash rate of the Bitcoin network, from Blockchain.com'),
      funding_rate: source('Funding rate of the running interval, from Binance USDT-M'),
      spot_price: source('Spot price of the same pair, from Binance'),
      open_interest: source('Open interest, from Binance USDT-M'),
      top_long_short_ratio: source('Long to short positions of the top traders, from Binance USDT-M'),
      global_long_short_ratio: source('Long to short accounts, from Binance USDT-M'),
      taker_ratio: source('Taker buys to taker sells, from Binance USDT-M'),
      positioning_archive: source('Thirty days of open interest and ratios, fetched twice a day because Binance forgets older ones'),
      headlines_coindesk: source('Headlines of CoinDesk'),
      headlines_cointelegraph: source('Headlines of Cointelegraph'),
      headlines_decrypt: source('Headlines of Decrypt'),
      headlines_recorded: source('Headlines that others recorded, for recorded markets of their time only'),
    })
    .prefault({}),
})
export type ContextSettings = z.infer<typeof ContextSettings>
export type ContextSourceId = keyof ContextSettings['sources']

/** Addresses of a practice venue on this machine, and the ways out to a real one. */
const venueSettings = () =>
  z
    .strictObject({
      practice: z
        .strictObject({
          restOrigin: z.string().max(100).meta({ help: 'Where it answers requests, such as http://127.0.0.1:4040' }),
          streamOrigin: z.string().max(100).meta({ help: 'Where its streams are, such as ws://127.0.0.1:4040' }),
        })
        .nullable()
        .default(null)
        .meta({ help: 'A simulated exchange on this machine; null: the one that comes with the program is started' }),
      proxies: z
        .array(z.string().max(300))
        .max(5)
        .default([])
        .meta({ help: 'Tried in turn, such as http://host:3128 or socks5://host:1080; empty: straight to the venue' }),
    })
    .prefault({})

/** What must be true before real money is traded. */
export const LiveSettings = z.strictObject({
  paperDaysMin: z
    .number()
    .min(0)
    .max(365)
    .default(7)
    .meta({ unit: 'days', help: 'How long the playbook must have traded on paper before' }),
  paperTradesMin: z.number().int().min(0).max(10_000).default(20).meta({ help: 'Closed trades of the playbook on paper before' }),
  paperDrawdownMax: z
    .number()
    .gt(0)
    .max(1)
    .default(0.2)
    .meta({ unit: 'fraction', help: 'A deeper fall of the account on paper forbids it' }),
  clockOffsetMsMax: z
    .number()
    .int()
    .min(10)
    .max(5_000)
    .default(500)
    .meta({ unit: 'ms', help: 'How far this clock and that of the venue may be apart' }),
})
export type LiveSettings = z.infer<typeof LiveSettings>

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
  execution: overridesOf(ExecutionPolicy).optional(),
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
  context: ContextSettings.prefault({}),
  live: LiveSettings.prefault({}),
  venues: z
    .strictObject({ binanceusdm: venueSettings(), bybit: venueSettings(), okx: venueSettings(), deribit: venueSettings() })
    .prefault({}),
  lab: z
    .strictObject({
      queue: z.string().max(200).nullable().default(null).meta({
        help: 'Shared queue for trials on other machines, such as redis://10.0.0.2:6379; its password comes from the environment. Null: this machine alone',
      }),
    })
    .prefault({}),
})
export type Settings = z.infer<typeof Settings>
