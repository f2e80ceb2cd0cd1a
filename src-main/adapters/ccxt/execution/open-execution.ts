// The door of this folder: a client for one account at one venue, or the sentence that says why there is none.
import { randomInt } from 'node:crypto'
import type { InstrumentId } from '../../../../src-shared/domain/ids.ts'
import { type Result, err, ok } from '../../../../src-shared/domain/result.ts'
import { VENUES, type VenueId } from '../../../../src-shared/domain/venue.ts'
import type { ExecutionClient } from '../../../core/ports/execution-client.ts'
import type { Scheduler } from '../../../core/ports/scheduler.ts'
import { VenueRefusal, refusal } from '../transport/venue-failure.ts'
import { WeightBudget } from '../transport/weight-budget.ts'
import { binanceKit } from './binance/binance-kit.ts'
import { bybitKit } from './bybit/bybit-kit.ts'
import { CcxtExecutionClient } from './ccxt-execution-client.ts'
import { deribitKit } from './deribit/deribit-kit.ts'
import { okxKit } from './okx/okx-kit.ts'
import { OrderMemory } from './order-memory.ts'
import { streamLogin } from './stream-login.ts'
import type { AccountWishes, KeyFindings, VenueKit } from './venue-adapter.ts'
import { type VenueLink, type VenueLinkOptions, openVenueLink } from './venue-link.ts'

export type OpenExecutionOptions = VenueLinkOptions & {
  /** Ids of the data venue's instruments; all are settled in one currency. */
  readonly instrumentIds: readonly InstrumentId[]
  /** Set at the venue when opening; left as it is there where null or left out. */
  readonly leverage?: AccountWishes['leverage']
  readonly marginMode?: AccountWishes['marginMode']
  /** 0 inclusive to 1 exclusive, for the jitter of pauses; from the system where left out. */
  readonly chance?: () => number
}

/** Add a venue here, and nowhere else in this folder. */
const KITS: Partial<Readonly<Record<VenueId, VenueKit>>> = { binanceusdm: binanceKit, bybit: bybitKit, deribit: deribitKit, okx: okxKit }

/** One for everything that reaches the venue from this address; null for a venue that orders cannot go to yet. */
export function createVenueBudget(venue: VenueId, scheduler: Scheduler): WeightBudget | null {
  const kit = KITS[venue]
  return kit === undefined ? null : new WeightBudget(scheduler, kit.budgetRules)
}

/** Loads the library, measures the clock, checks the account. The client is not started. The error is one sentence for a person. */
export async function openExecutionClient(options: OpenExecutionOptions): Promise<Result<ExecutionClient, string>> {
  const opened = await openLink(options)
  if (!opened.ok) return opened
  const { kit, link } = opened.value
  try {
    const memory = new OrderMemory()
    const { ask, cutOff, clock, hooks } = link
    const adapter = kit.create({
      ask,
      orders: memory,
      nowMs: () => clock.nowMs(),
      isLive: options.environment === 'live',
      wishes: { instrumentIds: options.instrumentIds, leverage: options.leverage ?? null, marginMode: options.marginMode ?? null },
      login: streamLogin(options.credentials),
    })
    await measure(link, kit)
    const account = await adapter.open()
    const { walletBalance } = await adapter.snapshot(null)
    const { venue, environment, scheduler, chance = systemChance } = options
    const client = new CcxtExecutionClient({
      venue,
      environment,
      adapter,
      account,
      walletBalance,
      memory,
      scheduler,
      chance,
      ask,
      cutOff,
      clock,
      budget: link.budget,
      proxies: link.proxies,
      streamOrigin: link.streamOrigin,
      ping: () => ask(kit.clockRequest),
      dispose: () => link.close(),
    })
    hooks.onOutcome = (failure) => client.noteOutcome(failure)
    hooks.onOffset = (offsetMs) => client.noteClock(offsetMs)
    return ok(client)
  } catch (error) {
    await link.close()
    return err(link.sentence(error))
  }
}

/** What a key may do, as its venue says. A key that can withdraw, cannot trade, or has expired is an error: one sentence. */
export async function probeKey(options: VenueLinkOptions): Promise<Result<KeyFindings, string>> {
  const opened = await openLink(options)
  if (!opened.ok) return opened
  const { kit, link } = opened.value
  try {
    await measure(link, kit)
    const findings = await kit.probeKey(link.ask, {
      isLive: options.environment === 'live',
      nowMs: link.clock.nowMs(),
      login: streamLogin(options.credentials),
    })
    const fault = keyFault(options.venue, findings, link.clock.nowMs())
    return fault === null ? ok(findings) : err(fault)
  } catch (error) {
    return err(link.sentence(error))
  } finally {
    await link.close()
  }
}

async function openLink(options: VenueLinkOptions): Promise<Result<{ readonly kit: VenueKit; readonly link: VenueLink }, string>> {
  const kit = KITS[options.venue]
  if (kit === undefined) return err(`orders cannot go to ${VENUES[options.venue].name} yet`)
  const link = await openVenueLink(kit, options)
  return link.ok ? ok({ kit, link: link.value }) : link
}

/** By each proxy once, and once more for the reason why when none brought an answer. */
async function measure({ clock, ask, proxies }: VenueLink, kit: VenueKit): Promise<void> {
  for (let at = 0; at < Math.max(1, proxies.size); at += 1) if (await clock.measure()) return
  await ask(kit.clockRequest)
  // It answers after all: what kept it from that, a limit for one, has passed.
  if (await clock.measure()) return
  throw new VenueRefusal(refusal('retryable', 'unreachable', { message: 'it did not tell its time' }))
}

function keyFault(venue: VenueId, { report }: KeyFindings, nowMs: number): string | null {
  const { name } = VENUES[venue]
  if (report.expiresMs !== null && report.expiresMs <= nowMs)
    return `this key of ${name} expired on ${new Date(report.expiresMs).toISOString().slice(0, 10)}; make a new one there`
  if (report.canWithdraw) return `this key of ${name} can withdraw money; make one without that right, because nothing here ever needs it`
  return report.canTrade ? null : `this key of ${name} may not trade futures; allow it in the venue's key settings`
}

const CHANCES = 2 ** 32
const systemChance = (): number => randomInt(CHANCES) / CHANCES
