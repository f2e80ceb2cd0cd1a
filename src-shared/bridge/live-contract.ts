// Commands and the topic about trading with real money: what must be true before it, how it stands, and the way back.
import * as z from 'zod/mini'
import { CONNECTION_STATES, VENUE_ENVIRONMENTS, VENUE_IDS } from '../domain/venue.ts'
import { DecimalText } from './views.ts'

const Empty = z.strictObject({})
const Id = z.string().check(z.minLength(1), z.maxLength(64))
const text = (lengthMax: number) => z.string().check(z.maxLength(lengthMax))
const Ms = z.int()
const Num = z.nullable(z.number())
const Account = { venue: z.enum(VENUE_IDS), environment: z.enum(VENUE_ENVIRONMENTS) }

/** See domain/venue. */
export const VenueHealthView = z.strictObject({
  ...Account,
  state: z.enum(CONNECTION_STATES),
  detail: text(400),
  clockOffsetMs: Num,
  roundTripMs: Num,
  submitMsP50: Num,
  submitMsP99: Num,
  budget: z.strictObject({
    used: z.number(),
    limit: z.number(),
    windowMs: z.number(),
    waiting: z.int(),
    bannedUntilMs: z.nullable(Ms),
  }),
  streams: z.array(z.strictObject({ name: text(64), ageMs: z.number(), ageMsMax: z.number() })).check(z.maxLength(32)),
  reconnects: z.int(),
  lastSnapshotMs: z.nullable(Ms),
})

export const LIVE_STATES = [
  /** Paper only. */
  'off',
  /** Armed; the account is being opened. */
  'connecting',
  'live',
  /** Armed, but the account cannot be opened now; `message` says why, and it is tried again. Nothing is sent meanwhile. */
  'waiting',
] as const

export const LiveView = z.strictObject({
  state: z.enum(LIVE_STATES),
  /** Null while off. */
  account: z.nullable(z.strictObject(Account)),
  sinceMs: z.nullable(Ms),
  /** Why it is not live though it is armed, or how the last attempt ended; empty when there is nothing to say. */
  message: text(1000),
  health: z.nullable(VenueHealthView),
  /** Positions without a working stop now, the longest of them in seconds, and how many ran out of their grace since the start. */
  unprotected: z.strictObject({ positions: z.int(), secondsMax: z.number(), incidents: z.int() }),
})
export type LiveView = z.infer<typeof LiveView>

/** `missing` forbids live trading; `waived` is not asked for on this account; `failed` is a check with a bad result. */
export const EVIDENCE_STATES = ['ok', 'missing', 'failed', 'waived'] as const
export const EVIDENCE_IDS = ['keys', 'permissions', 'clock', 'feed', 'paper', 'look_ahead', 'journal', 'lease'] as const
export const Evidence = z.strictObject({
  id: z.enum(EVIDENCE_IDS),
  state: z.enum(EVIDENCE_STATES),
  /** What was found and what was expected. */
  sentence: text(400),
})

export const LiveSheet = z.strictObject({
  ...Account,
  venueName: text(64),
  playbook: z.strictObject({ id: Id, title: text(120) }),
  strategies: z.array(text(120)).check(z.maxLength(100)),
  instruments: z.array(Id).check(z.maxLength(100)),
  leverage: z.number(),
  /** Of the account at the venue; null when it could not be asked. */
  balance: z.nullable(text(40)),
  currency: text(16),
  /** The limits in money of that account, each one sentence: "at most 50 USDT lost per trade". */
  limits: z.array(z.strictObject({ id: Id, sentence: text(200), amount: Num })).check(z.maxLength(32)),
  /** What this playbook has done on paper in this data directory; null without a closed trade. */
  paper: z.nullable(
    z.strictObject({ days: z.number(), trades: z.int(), winRate: z.number(), netPnl: z.number(), drawdownMax: z.number() }),
  ),
  evidence: z.array(Evidence).check(z.maxLength(16)),
  consent: z.strictObject({
    /** Stands for the risk policy, the playbook, the account and the program's major version. */
    hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    sentence: text(400),
    /** To be typed; null when this very hash was acknowledged before. */
    word: z.nullable(text(40)),
  }),
  /** Nothing is missing or failed. */
  canArm: z.boolean(),
})
export type LiveSheet = z.infer<typeof LiveSheet>

/** A trade of the paper twin beside the live one that came of the same signal. Amounts in settlement currency, for the live quantity. */
export const TwinTrade = z.strictObject({
  instrumentId: Id,
  strategyId: Id,
  side: z.enum(['long', 'short']),
  openedMs: Ms,
  /** Null when only the other one traded. */
  live: z.nullable(z.strictObject({ entryPrice: z.number(), exitPrice: z.number(), quantity: z.number(), netPnl: z.number() })),
  paper: z.nullable(z.strictObject({ entryPrice: z.number(), exitPrice: z.number(), quantity: z.number(), netPnl: z.number() })),
  /** Live minus paper, by cause; their sum is the difference of the two results. Null when only one traded. */
  gap: z.nullable(
    z.strictObject({
      entry: z.number(),
      exit: z.number(),
      fees: z.number(),
      funding: z.number(),
      /** What another quantity alone would have made of the paper result. */
      size: z.number(),
      total: z.number(),
    }),
  ),
})
export type TwinTrade = z.infer<typeof TwinTrade>

/** An open order at the venue that no position and no plan of this session accounts for. */
export const OrphanOrder = z.strictObject({
  clientOrderId: text(64),
  instrumentId: Id,
  side: z.enum(['buy', 'sell']),
  type: text(32),
  quantity: DecimalText,
  /** Limit or trigger; null for an order without one. */
  price: z.nullable(DecimalText),
  /** Null where the venue does not tell. */
  createdMs: z.nullable(Ms),
  /** Its client order id is one of this program's; orders of others are shown and never touched. */
  ours: z.boolean(),
})
export type OrphanOrder = z.infer<typeof OrphanOrder>

export const liveCommands = {
  'live.state': { input: Empty, output: LiveView, scope: 'read', by: 'engine' },
  /** Asks the venue about the key and the account; trades nothing. */
  'live.sheet': { input: z.strictObject(Account), output: LiveSheet, scope: 'read', by: 'engine' },
  /** Refused unless the hash is that of a sheet asked for just before and nothing in it was missing. Answers at once; the topic tells how it goes. */
  'live.arm': {
    input: z.strictObject({ ...Account, hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)), word: z.nullable(text(40)) }),
    output: Empty,
    scope: 'trade',
    by: 'engine',
  },
  /** Back to paper. `keep`: open positions stay at the venue with their stops, watched by nobody. `close`: they are closed first. */
  'live.disarm': { input: z.strictObject({ positions: z.enum(['keep', 'close']) }), output: Empty, scope: 'trade', by: 'engine' },
  /** Newest first. Null totals without a pair. */
  'live.twin': {
    input: z.strictObject({ limit: z.int().check(z.gte(1), z.lte(500)) }),
    output: z.strictObject({
      sinceMs: z.nullable(Ms),
      pairs: z.int(),
      onlyLive: z.int(),
      onlyPaper: z.int(),
      total: z.strictObject({
        entry: z.number(),
        exit: z.number(),
        fees: z.number(),
        funding: z.number(),
        size: z.number(),
        total: z.number(),
      }),
      trades: z.array(TwinTrade).check(z.maxLength(500)),
    }),
    scope: 'read',
    by: 'engine',
  },
  /** Asks the venue for its open orders and compares them with those of the session. */
  'control.orphans': {
    input: Empty,
    output: z.strictObject({ orders: z.array(OrphanOrder).check(z.maxLength(1000)) }),
    scope: 'read',
    by: 'engine',
  },
  /** Asks the venue to cancel the orphans that are ours; `asked` is how many cancels were sent. */
  'orphans.clean': { input: Empty, output: z.strictObject({ asked: z.int() }), scope: 'trade', by: 'engine' },
} as const
