// What speaks for and against trading real money now. Pure: facts in, sentences out. What is missing forbids it.
import type { LiveSheet } from '../../../src-shared/bridge/live-contract.ts'
import type { LiveSettings } from '../../../src-shared/config/settings.ts'
import type { Result } from '../../../src-shared/domain/result.ts'
import { type KeyReport, VENUES } from '../../../src-shared/domain/venue.ts'
import type { FeedState } from '../../../src-shared/events/market-event.ts'
import type { MarketKind } from '../options.ts'
import { type VenueAccount, accountName } from '../../../src-shared/domain/venue.ts'

export type Evidence = LiveSheet['evidence'][number]
export type PaperSample = NonNullable<LiveSheet['paper']>

export type EvidenceFacts = {
  /** The error is a sentence: no key, keychain locked, key refused by the venue. */
  readonly key: Result<KeyReport, string>
  /** Venue's clock minus ours; null when it could not be measured. */
  readonly clockOffsetMs: number | null
  readonly feed: { readonly state: FeedState; readonly market: MarketKind; readonly detail: string }
  readonly paper: PaperSample | null
  /** The newest look-ahead check of this playbook; null without any. */
  readonly lookAhead: { readonly passed: boolean; readonly atMs: number } | null
  readonly journalFailed: boolean
  /** Null when the account is free; else who has it, in one sentence. */
  readonly leaseTaken: string | null
}

const says = (id: Evidence['id'], state: Evidence['state'], sentence: string): Evidence => ({ id, state, sentence: sentence.slice(0, 400) })

/** In the order in which a person would mend them. */
export function judgeEvidence(facts: EvidenceFacts, account: VenueAccount, settings: LiveSettings): Evidence[] {
  return [
    keyEvidence(facts, account),
    permissionEvidence(facts, account),
    clockEvidence(facts, settings),
    feedEvidence(facts, account),
    paperEvidence(facts, account, settings),
    lookAheadEvidence(facts, account),
    facts.journalFailed
      ? says('journal', 'failed', 'the journal cannot be written')
      : says('journal', 'ok', 'the journal is written and verified'),
    facts.leaseTaken === null
      ? says('lease', 'ok', 'no other program on this machine trades this account')
      : says('lease', 'failed', facts.leaseTaken),
  ]
}
export const forbids = ({ state }: Evidence): boolean => state === 'missing' || state === 'failed'

const keyEvidence = ({ key }: EvidenceFacts, account: VenueAccount): Evidence =>
  key.ok ? says('keys', 'ok', `${accountName(account)} knows the key`) : says('keys', 'missing', key.error)

function permissionEvidence({ key }: EvidenceFacts, { venue }: VenueAccount): Evidence {
  if (!key.ok) return says('permissions', 'missing', 'not known without a key that works')
  const { canTrade, canWithdraw, ipRestricted } = key.value
  const { name } = VENUES[venue]
  if (canWithdraw) return says('permissions', 'failed', `the key may withdraw money; make one at ${name} that may not`)
  if (!canTrade) return says('permissions', 'failed', `the key may not trade futures; allow it at ${name}`)
  const bound =
    ipRestricted === null
      ? `${name} does not say whether it is bound to an address`
      : ipRestricted
        ? 'bound to an address'
        : 'not bound to an address: whoever steals it can use it from anywhere'
  return says('permissions', 'ok', `the key may trade and not withdraw; ${bound}`)
}

function clockEvidence({ clockOffsetMs }: EvidenceFacts, { clockOffsetMsMax }: LiveSettings): Evidence {
  if (clockOffsetMs === null) return says('clock', 'missing', 'the clock of the venue could not be asked')
  const apart = `this clock and that of the venue are ${Math.round(Math.abs(clockOffsetMs))} ms apart`
  return Math.abs(clockOffsetMs) <= clockOffsetMsMax
    ? says('clock', 'ok', apart)
    : says('clock', 'failed', `${apart}, expected at most ${clockOffsetMsMax}; set the clock of this machine`)
}

function feedEvidence({ feed }: EvidenceFacts, { environment }: VenueAccount): Evidence {
  const wanted = environment === 'practice' ? 'practice' : 'live'
  if (feed.market !== wanted)
    return says(
      'feed',
      'missing',
      `the market on the screen is ${feed.market === 'recorded' ? 'a recording' : `the ${feed.market} one`}; start with --market=${wanted}`,
    )
  if (feed.state === 'live') return says('feed', 'ok', 'market data are live')
  return says(
    'feed',
    'failed',
    `market data are ${feed.state}${feed.detail === '' ? '' : `: ${feed.detail}`}${environment === 'practice' ? ' (practice market)' : ''}`,
  )
}

function paperEvidence({ paper }: EvidenceFacts, { environment }: VenueAccount, settings: LiveSettings): Evidence {
  if (environment === 'practice') return says('paper', 'waived', 'not asked for on the practice venue')
  const { paperDaysMin, paperTradesMin, paperDrawdownMax } = settings
  if (paper === null) {
    return paperDaysMin <= 0 && paperTradesMin <= 0
      ? says('paper', 'waived', 'the settings ask for no trades on paper')
      : says('paper', 'missing', `this playbook has closed no trade on paper, expected ${paperTradesMin} over ${paperDaysMin} days`)
  }
  const found = `${paper.trades} trades on paper over ${paper.days.toFixed(1)} days`
  if (paper.trades < paperTradesMin || paper.days < paperDaysMin)
    return says('paper', 'missing', `${found}, expected ${paperTradesMin} over ${paperDaysMin} days`)
  const fall = `deepest fall of the account ${(100 * paper.drawdownMax).toFixed(1)} %`
  return paper.drawdownMax > paperDrawdownMax
    ? says('paper', 'failed', `${found}, ${fall}, expected at most ${(100 * paperDrawdownMax).toFixed(1)} %`)
    : says('paper', 'ok', `${found}, ${fall}`)
}

function lookAheadEvidence({ lookAhead }: EvidenceFacts, { environment }: VenueAccount): Evidence {
  if (environment === 'practice') return says('look_ahead', 'waived', 'not asked for on the practice venue')
  if (lookAhead === null) return says('look_ahead', 'missing', 'no look-ahead check of this playbook; run one in the lab')
  const day = new Date(lookAhead.atMs).toISOString().slice(0, 10)
  return lookAhead.passed
    ? says('look_ahead', 'ok', `the look-ahead check of ${day} found nothing`)
    : says('look_ahead', 'failed', `the look-ahead check of ${day} found decisions that knew the future`)
}
