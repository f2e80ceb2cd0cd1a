// A signed way to one venue: the library's instance for orders alone, its clock and its share of the budget. Trading and the key probe both begin here.
import type { VenueCredentials } from '../../../core/ports/execution-client.ts'
import type { Scheduler } from '../../../core/ports/scheduler.ts'
import { type Result, err, ok } from '../../../../src-shared/domain/result.ts'
import type { VenueEnvironment, VenueId } from '../../../../src-shared/domain/venue.ts'
import { errorText, redactor } from '../redact.ts'
import type { CcxtExchange, ImportCcxt } from '../transport/ccxt-module.ts'
import { type VenueEndpoints, checkEndpoints } from '../transport/endpoints.ts'
import { failureSentence } from '../transport/failure-sentence.ts'
import { nativeHmac } from '../transport/native-hmac.ts'
import { ProxyList } from '../transport/proxy-list.ts'
import { VenueClock } from '../transport/venue-clock.ts'
import { type VenueFailure, VenueRefusal } from '../transport/venue-failure.ts'
import { type Ask, VenueRest } from '../transport/venue-rest.ts'
import { WeightBudget } from '../transport/weight-budget.ts'
import { AccountFault, type VenueKit } from './venue-adapter.ts'

export type VenueLinkOptions = {
  readonly venue: VenueId
  readonly environment: VenueEnvironment
  readonly credentials: VenueCredentials
  /** For the practice venue alone; null elsewhere. */
  readonly endpoints: VenueEndpoints | null
  /** In order of preference; none goes straight. */
  readonly proxies?: readonly string[]
  /** Of this venue and address, shared with whoever else asks it; one of its own where left out. */
  readonly budget?: WeightBudget
  readonly scheduler: Scheduler
  /** `() => import('ccxt')` where left out. */
  readonly importCcxt?: ImportCcxt
}
export type VenueLink = {
  /** Asks; where the venue refused for the time alone, before it looked at anything else, the clock is measured and it is asked once more. */
  readonly ask: Ask
  /** Gives up every request on its way. */
  readonly cutOff: () => void
  readonly clock: VenueClock
  readonly budget: WeightBudget
  readonly proxies: ProxyList
  readonly streamOrigin: string
  /** Who hears of outcomes and offsets once there is somebody. */
  readonly hooks: { onOutcome: (failure: VenueFailure | null) => void; onOffset: (offsetMs: number) => void }
  /** One sentence for a person, without secrets, of whatever was thrown. */
  sentence(error: unknown): string
  close(): Promise<void>
}
/** Loads the library and makes the way ready; asks the venue nothing. The error is one sentence. */
export async function openVenueLink(kit: VenueKit, options: VenueLinkOptions): Promise<Result<VenueLink, string>> {
  const { venue, environment, scheduler } = options
  const endpoints = checkEndpoints(environment, options.endpoints)
  if (!endpoints.ok) return endpoints
  const proxies = ProxyList.of(options.proxies ?? [])
  if (!proxies.ok) return proxies
  const clean = redactor([options.credentials.key, options.credentials.secret, options.credentials.passphrase ?? ''])
  const budget = options.budget ?? new WeightBudget(scheduler, kit.budgetRules)
  const hooks: VenueLink['hooks'] = { onOutcome: () => {}, onOffset: () => {} }
  try {
    const exchange = await createExchange(kit, options)
    const rest = new VenueRest({
      exchange,
      credentials: options.credentials,
      budget,
      scheduler,
      proxies: proxies.value,
      endpoints: endpoints.value,
      failureOf: (answer) => kit.failureOf(answer),
      onOutcome: (failure) => hooks.onOutcome(failure),
    })
    const clock = new VenueClock({
      scheduler,
      ask: async () => kit.readClock(await rest.ask(kit.clockRequest)),
      onOffset: (offsetMs) => hooks.onOffset(offsetMs),
    })
    // Every venue's signature takes its time from here, corrected; options of single venues would do it for some.
    exchange.milliseconds = () => clock.nowMs()
    const ask: Ask = async (request) => {
      try {
        return await rest.ask(request)
      } catch (error) {
        const isForTime = error instanceof VenueRefusal && error.failure.code === 'clock'
        if (!isForTime || !(await clock.measure())) throw error
        return await rest.ask(request)
      }
    }
    return ok({
      ask,
      cutOff: () => rest.close(),
      clock,
      budget,
      proxies: proxies.value,
      hooks,
      streamOrigin: endpoints.value?.streamOrigin ?? (environment === 'testnet' ? kit.streamOrigins.testnet : kit.streamOrigins.live),
      sentence: (error) => clean(sentenceOf(venue, error)),
      close: async () => {
        rest.close()
        if (options.budget === undefined) budget.close()
        await exchange.fetchDispatcher?.destroy()
      },
    })
  } catch (error) {
    return err(clean(`the exchange library cannot be loaded: ${errorText(error)}`))
  }
}

async function createExchange(kit: VenueKit, options: VenueLinkOptions): Promise<CcxtExchange> {
  const { pro } = await (options.importCcxt ?? (() => import('ccxt')))()
  const { key, secret, passphrase } = options.credentials
  const exchange = new pro[kit.venue]({ apiKey: key, secret, ...(passphrase !== null && { password: passphrase }), enableRateLimit: false })
  // Nothing of the library ever writes to the console: its texts hold keys and signatures.
  exchange.log = () => {}
  exchange.hmac = nativeHmac(secret)
  // Named in requests to venues that pay for orders; otherwise it is the library's own.
  exchange.options['brokerId'] = 'tradewright'
  // Asked before each signature otherwise; a key that is missing is refused by the venue like any wrong one.
  exchange.checkRequiredCredentials = () => true
  if (options.environment === 'testnet') kit.useTestnet(exchange)
  await exchange.loadFetchImplementation()
  return exchange
}

const sentenceOf = (venue: VenueId, error: unknown): string => {
  if (error instanceof AccountFault) return error.message
  return error instanceof VenueRefusal ? failureSentence(venue, error.failure) : errorText(error)
}
