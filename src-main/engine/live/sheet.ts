// The sheet before real money is traded: what, where, with which limits in money, what paper has shown, what is missing.
import type { LiveSheet } from '../../../src-shared/bridge/live-contract.ts'
import type { RiskPolicy } from '../../../src-shared/config/risk-policy.ts'
import type { LiveSettings } from '../../../src-shared/config/settings.ts'
import { toNumber, toText } from '../../../src-shared/domain/decimal.ts'
import type { Instrument } from '../../../src-shared/domain/instrument.ts'
import { type Result, err } from '../../../src-shared/domain/result.ts'
import { VENUES } from '../../../src-shared/domain/venue.ts'
import { formatMoney } from '../../../src-shared/format/numbers.ts'
import type { AccountProbe, ProbeAccount, VenueCredentials } from '../../core/ports/execution-client.ts'
import type { TradingPlan } from '../playbooks.ts'
import { CONSENT_WORD, consentHash, consentSentence } from './consent.ts'
import { type VenueAccount } from '../../../src-shared/domain/venue.ts'
import { type EvidenceFacts, forbids, judgeEvidence } from './evidence.ts'

export type SheetSources = {
  readonly version: string
  readonly settings: LiveSettings
  readonly leverage: number
  readonly plan: () => TradingPlan
  readonly instruments: () => readonly Instrument[]
  /** Titles of all that may trade, the user's own included. */
  readonly strategies: () => readonly string[]
  readonly requestKey: (account: VenueAccount) => Promise<Result<VenueCredentials, string>>
  readonly probe: ProbeAccount
  readonly feed: () => EvidenceFacts['feed']
  readonly paper: (playbookId: string) => EvidenceFacts['paper']
  readonly lookAhead: (playbookId: string) => EvidenceFacts['lookAhead']
  readonly journalFailed: () => boolean
  readonly leaseTaken: (account: VenueAccount, key: string) => string | null
  /** Hashes that were acknowledged before. */
  readonly known: ReadonlySet<string>
}

export async function makeSheet(account: VenueAccount, sources: SheetSources): Promise<LiveSheet> {
  const plan = sources.plan()
  const credentials = await sources.requestKey(account)
  const probed: Result<AccountProbe, string> = credentials.ok
    ? await sources.probe(account, credentials.value, sources.instruments())
    : err(credentials.error)
  const paper = sources.paper(plan.playbook.id)
  const facts: EvidenceFacts = {
    key: probed.ok ? { ok: true, value: probed.value.key } : probed,
    clockOffsetMs: probed.ok ? probed.value.clockOffsetMs : null,
    feed: sources.feed(),
    paper,
    lookAhead: sources.lookAhead(plan.playbook.id),
    journalFailed: sources.journalFailed(),
    leaseTaken: credentials.ok ? sources.leaseTaken(account, credentials.value.key) : null,
  }
  const evidence = judgeEvidence(facts, account, sources.settings)
  const hash = consentHash(plan, account, sources.version)
  const balance = probed.ok ? probed.value.balance : null
  const currency = balance?.currency ?? 'USDT'
  return {
    ...account,
    venueName: VENUES[account.venue].name,
    playbook: { id: plan.playbook.id, title: plan.playbook.title },
    strategies: sources.strategies().map((title) => title.slice(0, 120)),
    instruments: sources.instruments().map(({ id }) => id),
    leverage: sources.leverage,
    balance: balance === null ? null : toText(balance.amount),
    currency,
    limits: limitsOf(plan.risk, { equity: balance === null ? null : toNumber(balance.amount), leverage: sources.leverage, currency }),
    paper,
    evidence,
    consent: { hash, sentence: consentSentence(account), word: sources.known.has(hash) ? null : CONSENT_WORD },
    canArm: !evidence.some(forbids),
  }
}

type Account = { readonly equity: number | null; readonly leverage: number; readonly currency: string }

/** Shares of the account become money, where the account could be asked. */
function limitsOf(risk: RiskPolicy, { equity, leverage, currency }: Account): LiveSheet['limits'] {
  const share = (id: string, part: number, what: (amount: string) => string): LiveSheet['limits'][number] => {
    const amount = equity === null ? null : equity * part
    const told = amount === null ? `${(100 * part).toFixed(1)} % of the account` : `${formatMoney(amount)} ${currency}`
    return { id, sentence: what(told), amount }
  }
  return [
    share('trade', risk.riskPerTrade, (amount) => `at most ${amount} lost per trade, before fees and slippage`),
    share('day', risk.dayLossMax, (amount) => `at most ${amount} lost per day, then no new trade until the next`),
    share('week', risk.weekLossMax, (amount) => `at most ${amount} lost per week, then no new trade until the next`),
    share('drawdown', risk.drawdownMax, (amount) => `a fall of ${amount} from the highest value closes everything`),
    share('position', risk.positionShareMax * leverage, (amount) => `no position larger than ${amount}`),
    share('gross', risk.grossExposureMax, (amount) => `all positions together no larger than ${amount}`),
    { id: 'trades', sentence: `at most ${risk.tradesPerDayMax} entries per day`, amount: null },
  ]
}
