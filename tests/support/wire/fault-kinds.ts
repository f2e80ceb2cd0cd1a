// Every fault that the practice venue can bring about, and the moments of an order's life at which each is set. Chance comes from the seed alone.
import type { FaultInput, RequestAction } from '../../../src-main/practice-venue/faults/fault.ts'
import type { Random } from '../../../src-main/core/simulation/random.ts'
import { START_PRICE, type VenueProcess } from './venue-process.ts'

/** What the fault falls upon. Those of the first line are set before the entry, the others while the position is open. */
export const MOMENTS = [
  ...(['entry', 'first_fill', 'stop', 'target_placed', 'lookup'] as const),
  ...(['idle', 'stop_move', 'cancel', 'snapshot', 'listen_key', 'trigger', 'target', 'close', 'restart'] as const),
] as const
export type Moment = (typeof MOMENTS)[number]
export const isEarly = (moment: Moment): boolean => MOMENTS.indexOf(moment) < 5

type RequestMatch = Extract<FaultInput, { on: 'request' }>['match']
type Setting = { readonly venue: VenueProcess; readonly random: Random; readonly moment: Moment }
export type FaultKind = {
  readonly moments: readonly Moment[]
  readonly set: (setting: Setting) => Promise<void>
  /** It happens when it is set, not when something meets it: around the entry it comes in the very second. */
  readonly isAtOnce?: true
}

export const pick = <T>(random: Random, choices: readonly [T, ...T[]] | readonly T[]): T => {
  const found = choices[random.integer(0, choices.length - 1)]
  if (found === undefined) throw new RangeError('nothing to choose from')
  return found
}

const SNAPSHOT_PATHS = ['/positionRisk', '/openOrders', '/openAlgoOrders', '/userTrades', '/balance', '/income']

/** Which requests belong to a moment. */
function requestsOf(moment: Moment, random: Random): RequestMatch {
  switch (moment) {
    case 'entry':
    case 'close':
      return { method: 'POST', path: '/fapi/v1/order', contains: 'type=MARKET' }
    case 'stop':
    case 'stop_move':
      return { method: 'POST', path: '/fapi/v1/algoOrder' }
    case 'target_placed':
      return { method: 'POST', path: '/fapi/v1/order', contains: 'type=LIMIT' }
    case 'lookup':
      return { method: 'GET', path: pick(random, ['/fapi/v1/order', '/fapi/v1/algoOrder', '/userTrades']) }
    case 'cancel':
      return { method: 'DELETE' }
    case 'listen_key':
      return { path: '/listenKey' }
    case 'snapshot':
    case 'restart':
      return { method: 'GET', path: pick(random, SNAPSHOT_PATHS) }
    case 'first_fill':
    case 'idle':
    case 'trigger':
    case 'target':
      return { method: 'GET' }
  }
}

const REQUEST_MOMENTS: readonly Moment[] = [
  'entry',
  'stop',
  'target_placed',
  'lookup',
  'stop_move',
  'cancel',
  'snapshot',
  'listen_key',
  'close',
  'restart',
]
const ORDER_MOMENTS: readonly Moment[] = ['entry', 'stop', 'target_placed', 'stop_move', 'close']
const MESSAGE_MOMENTS: readonly Moment[] = ['first_fill', 'stop', 'stop_move', 'cancel', 'trigger', 'target', 'close']
const ALL: readonly Moment[] = ['entry', 'first_fill', 'stop', 'idle', 'stop_move', 'trigger', 'target', 'close', 'restart']

/** One action on requests of a moment, one to three times, some passing first. What is looked up must first have gone wrong. */
function request(make: (random: Random) => RequestAction, moments = REQUEST_MOMENTS): FaultKind {
  return {
    moments,
    async set({ venue, random, moment }) {
      if (moment === 'lookup') {
        const lost = requestsOf(pick(random, ['entry', 'stop', 'target_placed'] as const), random)
        await venue.fault({ on: 'request', match: lost, action: { type: pick(random, ['accept_then_drop', 'reject_then_drop'] as const) } })
      }
      if (moment === 'listen_key') await venue.post('/sessions/expire', {})
      await venue.fault({
        on: 'request',
        match: requestsOf(moment, random),
        action: make(random),
        times: pick(random, [1, 1, 2, 3]),
        skip: moment === 'entry' ? 0 : pick(random, [0, 0, 0, 1, 2]),
      })
    },
  }
}
const maybe = (random: Random): boolean => random.fraction() < 0.5

type MessageAction = Extract<FaultInput, { on: 'message' }>['action']
const TOPICS = ['ORDER_TRADE_UPDATE', 'ALGO_UPDATE', 'ACCOUNT_UPDATE'] as const
function message(make: (random: Random) => MessageAction): FaultKind {
  return {
    moments: MESSAGE_MOMENTS,
    async set({ venue, random }) {
      const topic = pick(random, [...TOPICS, TOPICS[0], TOPICS[0], TOPICS[1]])
      const times = pick(random, [1, 1, 2, 5, null])
      await venue.fault({ on: 'message', match: { topic }, action: make(random), times, skip: pick(random, [0, 0, 1, 2]) })
    },
  }
}

type ConnectionAction = Extract<FaultInput, { on: 'connection' }>['action']
function connection(
  make: (random: Random) => ConnectionAction,
  paths: readonly [string, ...string[]] = ['/private', '/private', '/'],
): FaultKind {
  return {
    moments: ALL,
    isAtOnce: true,
    async set({ venue, random }) {
      const match = { path: pick(random, paths) }
      await venue.fault({ on: 'connection', match, action: make(random) })
      if (maybe(random))
        await venue.fault({ on: 'connection', match, action: { type: 'refuse', status: 503 }, times: random.integer(1, 3) })
    },
  }
}
const answer = (code: number, status: number, isProcessed: boolean): FaultKind =>
  request(
    () => ({ type: 'answer', status, body: JSON.stringify({ code, msg: 'as the campaign wants it' }), headers: {}, isProcessed }),
    ORDER_MOMENTS,
  )

/** A state of the exchange that holds for a while. */
function condition(
  set: (setting: Setting) => Promise<unknown>,
  unset: (venue: VenueProcess) => Promise<unknown>,
  moments = ALL,
): FaultKind {
  return {
    moments,
    isAtOnce: true,
    async set(setting) {
      await set(setting)
      const ms = setting.random.integer(500, 9_000)
      // The end of a scenario clears it in any case.
      setTimeout(() => void unset(setting.venue).catch(() => {}), ms)
    },
  }
}

export const FAULT_KINDS = {
  none: { moments: ALL, set: () => Promise.resolve() },
  kill: { moments: ALL, set: () => Promise.resolve() },
  accept_then_drop: request(() => ({ type: 'accept_then_drop' })),
  reject_then_drop: request(() => ({ type: 'reject_then_drop' })),
  reset: request(() => ({ type: 'reset' })),
  partial_body: request(() => ({ type: 'partial_body' })),
  slow_body: request((random) => ({ type: 'slow_body', ms: random.integer(200, 9_000) })),
  silence: request((random) => ({ type: 'silence', isProcessed: maybe(random) })),
  late_request: request((random) => ({ type: 'late_request', ms: random.integer(200, 7_000) })),
  late_answer: request((random) => ({ type: 'late_answer', ms: random.integer(200, 7_000) })),
  unavailable_unknown: request((random) => ({ type: 'unavailable', isProcessed: maybe(random), isKnown: false })),
  unavailable_known: request(() => ({ type: 'unavailable', isProcessed: false, isKnown: true })),
  backend_timeout: request((random) => ({ type: 'backend_timeout', isProcessed: maybe(random) })),
  internal_error: request((random) => ({ type: 'internal_error', isProcessed: maybe(random) })),
  rate_limited_429: request((random) => ({ type: 'rate_limited', retryAfterSeconds: random.integer(1, 5), isBan: false })),
  banned_418: request((random) => ({ type: 'rate_limited', retryAfterSeconds: random.integer(2, 8), isBan: true })),
  stale_snapshot: request(() => ({ type: 'stale' }), ['lookup', 'snapshot', 'restart']),
  duplicate_id_4116: answer(-4116, 400, true),
  would_trigger_2021: answer(-2021, 400, false),
  margin_2019: answer(-2019, 400, false),
  reduce_only_2022: answer(-2022, 400, false),
  price_band_4131: answer(-4131, 400, false),
  order_gone_2011: request(
    () => ({ type: 'answer', status: 400, body: '{"code":-2011,"msg":"Unknown order sent."}', headers: {}, isProcessed: true }),
    ['cancel'],
  ),
  html_502: request((random) => ({
    type: 'answer',
    status: 502,
    body: '<html>502 Bad Gateway</html>',
    headers: {},
    isProcessed: maybe(random),
  })),
  message_drop: message(() => ({ type: 'drop' })),
  message_duplicate: message(() => ({ type: 'duplicate' })),
  message_swap: message(() => ({ type: 'swap' })),
  message_delay: message((random) => ({ type: 'delay', ms: random.integer(20, 6_000) })),
  message_burst: message((random) => ({ type: 'burst', count: random.integer(2, 8) })),
  message_garble: message(() => ({ type: 'garble' })),
  socket_close: connection((random) => ({ type: 'close', code: pick(random, [1000, 1001, 1006 + 5, 1012]) })),
  socket_terminate: connection(() => ({ type: 'terminate' })),
  socket_pause: connection((random) => ({ type: 'pause', ms: random.integer(500, 12_000) })),
  socket_mute: connection((random) => ({ type: 'mute', ms: random.integer(500, 12_000) })),
  listen_key_expired: { moments: ALL, isAtOnce: true, set: async ({ venue }) => void (await venue.post('/sessions/expire', {})) },
  clock_skew: condition(
    ({ venue, random }) => venue.post('/conditions', { clockOffsetMs: pick(random, [-8_000, -1_500, 1_500, 8_000, 60_000]) }),
    (venue) => venue.post('/conditions', { clockOffsetMs: 0 }),
  ),
  maintenance: condition(
    ({ venue }) => venue.post('/conditions', { isMaintenance: true }),
    (venue) => venue.post('/conditions', { isMaintenance: false }),
  ),
  late_visibility: condition(
    async ({ venue, random }) => {
      await venue.post('/conditions', { visibleAfterMs: random.integer(200, 4_000) })
      const lost = requestsOf(pick(random, ['entry', 'stop', 'target_placed'] as const), random)
      await venue.fault({ on: 'request', match: lost, action: { type: pick(random, ['accept_then_drop', 'reject_then_drop'] as const) } })
    },
    () => Promise.resolve(),
  ),
  thin_book: condition(
    ({ venue, random }) => venue.post('/market', { symbol: 'BTCUSDT', depth: pick(random, [0, 0.000_5, 0.002, 0.01]) }),
    (venue) => venue.post('/market', { symbol: 'BTCUSDT', depth: 1 }),
    ['entry', 'close', 'trigger', 'target'],
  ),
  gap_through_stop: {
    moments: ['first_fill', 'stop', 'stop_move', 'target_placed'],
    // Beyond any stop, so soon that it may come before the stop does.
    async set({ venue, random, moment }) {
      await venue.fault({
        on: 'request',
        match: { method: 'POST', path: '/fapi/v1/algoOrder' },
        action: { type: 'late_request', ms: random.integer(100, 3_000) },
      })
      if (isEarly(moment)) void fallAfterEntry(venue).catch(() => {})
      else setTimeout(() => void venue.price(START_PRICE * 0.98).catch(() => {}), random.integer(0, 300))
    },
  },
  delisting: {
    moments: ['idle', 'stop_move', 'close'],
    set: async ({ venue, random }) =>
      void (await venue.post('/market', { symbol: 'BTCUSDT', delistAfterMs: random.integer(1_000, 3_000_000) })),
  },
  key_expired: condition(
    ({ venue, random }) => venue.post('/key', { state: pick(random, ['expired', 'unknown'] as const) }),
    (venue) => venue.post('/key', { state: 'valid' }),
  ),
  no_permission: condition(
    ({ venue }) => venue.post('/key', { canTrade: false }),
    (venue) => venue.post('/key', { canTrade: true }),
  ),
  traded_by_hand: {
    moments: ['idle', 'stop_move', 'close', 'trigger'],
    async set({ venue, random }) {
      const quantity = (await venue.state()).account.positions[0]?.quantity
      if (quantity === undefined) return
      const closesAll = maybe(random)
      await venue.post('/orders', { symbol: 'BTCUSDT', side: 'sell', quantity: closesAll ? quantity : '0.002' })
    },
  },
} as const satisfies Readonly<Record<string, FaultKind>>
export type FaultKindName = keyof typeof FAULT_KINDS
export const FAULT_KIND_NAMES = Object.keys(FAULT_KINDS) as readonly FaultKindName[]

async function fallAfterEntry(venue: VenueProcess): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    if ((await venue.state()).account.trades.length > 0) return void (await venue.price(START_PRICE * 0.98))
    await new Promise((done) => setTimeout(done, 20))
  }
}
