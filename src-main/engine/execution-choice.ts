// How accounts outside are reached: through the library, by the ways out that the settings name.
import type { Settings } from '../../src-shared/config/settings.ts'
import { ok } from '../../src-shared/domain/result.ts'
import { openExecutionClient, probeKey } from '../adapters/ccxt/execution/open-execution.ts'
import { systemScheduler } from '../adapters/system/scheduler.ts'
import type { Scheduler } from '../core/ports/scheduler.ts'
import type { ProbeKey } from '../core/ports/probe-key.ts'
import type { VenueAccount } from '../../src-shared/domain/venue.ts'
import type { OpenExecution, ProbeAccount, VenueCredentials } from '../core/ports/execution-client.ts'

/** What accounts are reached by; the clock is another one in tests only. */
type Means = { readonly settings: Settings; readonly scheduler: Scheduler }

/** Everything the library needs to know of one account. */
function linkOf({ settings, scheduler }: Means, { venue, environment }: VenueAccount, credentials: VenueCredentials) {
  const { practice, proxies } = settings.venues[venue]
  return { venue, environment, credentials, endpoints: environment === 'practice' ? practice : null, proxies, scheduler }
}

export const openExecutionBy =
  (settings: Settings, scheduler: Scheduler = systemScheduler): OpenExecution =>
  ({ venue, environment, credentials, instruments, leverage }) =>
    openExecutionClient({
      ...linkOf({ settings, scheduler }, { venue, environment }, credentials),
      instrumentIds: instruments.map(({ id }) => id),
      leverage,
      marginMode: 'cross',
    })

export const probeKeyBy =
  (settings: Settings): ProbeKey =>
  async (venue, environment, credentials) => {
    const key = await probeKey(linkOf({ settings, scheduler: systemScheduler }, { venue, environment }, credentials))
    return key.ok ? ok(key.value.report) : key
  }

/** Two connections: one asks about the key, the other opens the account as it is, changes nothing in it, and closes again. */
export const probeAccountBy =
  (settings: Settings, scheduler: Scheduler = systemScheduler): ProbeAccount =>
  async (account, credentials, instruments) => {
    const means = { settings, scheduler }
    const key = await probeKey(linkOf(means, account, credentials))
    if (!key.ok) return key
    const opened = await openExecutionClient({ ...linkOf(means, account, credentials), instrumentIds: instruments.map(({ id }) => id) })
    if (!opened.ok) return opened
    const { walletBalance: amount } = opened.value
    const { clockOffsetMs } = opened.value.health()
    await opened.value.close()
    return ok({ key: key.value.report, clockOffsetMs: clockOffsetMs ?? 0, balance: { amount, currency: instruments[0]?.settle ?? 'USDT' } })
  }
