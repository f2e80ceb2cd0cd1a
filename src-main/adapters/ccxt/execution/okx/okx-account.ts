// The account as it must be before anything is traded, and the contracts with this account's own fees and brackets.
import { negate, rate } from '../../../../../src-shared/domain/decimal.ts'
import type { InstrumentId } from '../../../../../src-shared/domain/ids.ts'
import type { Instrument } from '../../../../../src-shared/domain/instrument.ts'
import { VenueRefusal } from '../../transport/venue-failure.ts'
import type { VenueRequest } from '../../transport/venue-rest.ts'
import { type Fields, decimalOf, fieldsOf, listOf, textOf, textOrNull } from '../fields.ts'
import { AccountFault, type OpenedAccount, type VenueContext } from '../venue-adapter.ts'
import { type MarginMode, type OkxContract, OkxContracts, readContract } from './okx-contracts.ts'
import * as requests from './okx-requests.ts'

/** What is known of the account once it is open. */
export type OkxAccount = OpenedAccount & {
  /** The currency that all instruments are settled in. */
  readonly settle: string
  /** Every linear perpetual that the venue lists, traded here or not. */
  readonly contracts: OkxContracts
  /** By the venue's name. */
  readonly traded: ReadonlyMap<string, OkxContract>
}

/** Rows of an answer's `data`. */
export const rowsOf = (body: unknown, what: string): readonly Fields[] => listOf(fieldsOf(body, what)['data'], what)

/** Throws AccountFault or VenueRefusal. */
export async function openOkxAccount(context: VenueContext): Promise<OkxAccount> {
  checkModes(fieldsOf(rowsOf(await context.ask(requests.accountConfig), 'the account')[0], 'the account'))
  const wished: MarginMode = context.wishes.marginMode ?? 'cross'
  const contracts = new OkxContracts()
  const rows = rowsOf(await context.ask(requests.instruments), 'the contracts')
  for (const contract of rows.flatMap((row) => readContract(row, wished) ?? [])) contracts.add(contract)
  const held = heldModes(rowsOf(await context.ask(requests.positions), 'the positions'))
  const notices: string[] = []
  const traded = new Map<string, OkxContract>()
  for (const id of context.wishes.instrumentIds) {
    const listed = contracts.get(id)
    if (listed === null) throw new AccountFault(`OKX has no linear perpetual for ${id}`)
    const contract = { ...listed, marginMode: modeOf(listed, held, notices) }
    const full = { ...contract, instrument: await withAccountTerms(contract, context, notices) }
    await setLeverage(full, context, notices)
    contracts.add(full)
    traded.set(full.instId, full)
  }
  const instruments = [...traded.values()].map(({ instrument }) => instrument)
  return { instruments, notices, settle: oneSettlement(instruments), contracts, traded }
}

function checkModes(config: Fields): void {
  if (textOf(config, 'posMode') !== 'net_mode')
    throw new AccountFault(
      'this account of OKX is in long/short mode; switch it to net mode there, with no position and no order open, because here a position has one side',
    )
  if (textOf(config, 'acctLv') === '1')
    throw new AccountFault('this account of OKX is in spot mode, which has no perpetuals; switch it to futures mode there')
}

/** In which mode each contract is held at present. */
function heldModes(rows: readonly Fields[]): ReadonlyMap<string, ReadonlySet<string>> {
  const held = new Map<string, Set<string>>()
  for (const row of rows) {
    if (Number(row['pos']) === 0) continue
    const instId = textOf(row, 'instId')
    held.set(instId, (held.get(instId) ?? new Set()).add(textOf(row, 'mgnMode')))
  }
  return held
}
/** That of an open position goes before what was wished: keeping the account out would leave the position unprotected. */
function modeOf({ instId, marginMode }: OkxContract, held: ReadonlyMap<string, ReadonlySet<string>>, notices: string[]): MarginMode {
  const modes = held.get(instId)
  if (modes !== undefined && modes.size > 1)
    throw new AccountFault(
      `this account of OKX holds ${instId} in cross and in isolated margin at once; close one of the two positions there`,
    )
  if (modes === undefined || modes.has(marginMode)) return marginMode
  const other = marginMode === 'cross' ? 'isolated' : 'cross'
  notices.push(`${instId} is held in ${other} margin and its orders go there`)
  return other
}

function oneSettlement(instruments: readonly Instrument[]): string {
  const [first, ...others] = instruments
  if (first === undefined) throw new AccountFault('no instrument to trade was named')
  const other = others.find(({ settle }) => settle !== first.settle)
  if (other === undefined) return first.settle
  throw new AccountFault(`${first.id} and ${other.id} are settled in two currencies; one account here has one`)
}

async function withAccountTerms(contract: OkxContract, context: VenueContext, notices: string[]): Promise<Instrument> {
  const { instrument, family, marginMode } = contract
  const fees = await optional(requests.tradeFee(family), context, (rows) => readFees(rows, contract))
  const bracket = await optional(requests.positionTiers(family, marginMode), context, (rows) => readFirstBracket(rows, instrument.id))
  if (fees === null) notices.push(`the fees of ${instrument.id} could not be asked for and are the published ones`)
  if (bracket === null) notices.push(`the leverage brackets of ${instrument.id} could not be asked for and are a careful guess`)
  return { ...instrument, ...fees, ...bracket }
}
/** What is charged is negative there. The rates of the contract's group where the venue tells groups, else those of its margin currency. */
function readFees(rows: readonly Fields[], { instrument, feeGroup }: OkxContract): Pick<Instrument, 'makerFeeRate' | 'takerFeeRate'> {
  const row = fieldsOf(rows[0], 'the fees')
  const groups = Array.isArray(row['feeGroup']) ? listOf(row['feeGroup'], 'the fee groups') : []
  const own = groups.find((group) => textOrNull(group, 'groupId') === feeGroup)
  const suffix = instrument.settle === 'USDC' ? 'USDC' : 'U'
  const [fields, maker, taker] = own === undefined ? [row, `maker${suffix}`, `taker${suffix}`] : [own, 'maker', 'taker']
  return { makerFeeRate: negate(rate(decimalOf(fields, maker))), takerFeeRate: negate(rate(decimalOf(fields, taker))) }
}
function readFirstBracket(rows: readonly Fields[], id: InstrumentId): Pick<Instrument, 'maintenanceMarginRate' | 'leverageMax'> {
  const first = fieldsOf(
    rows.find((row) => String(row['tier']) === '1'),
    `the first bracket of ${id}`,
  )
  return { maintenanceMarginRate: rate(decimalOf(first, 'mmr')), leverageMax: Number(decimalOf(first, 'maxLever')) }
}

/** Null when the venue does not offer this. Whatever else is wrong, with the key above all, is thrown. */
async function optional<T>(request: VenueRequest, { ask }: VenueContext, read: (rows: readonly Fields[]) => T): Promise<T | null> {
  try {
    return read(rowsOf(await ask(request), 'the terms'))
  } catch (error) {
    if (error instanceof VenueRefusal && error.failure.code !== 'bad_request') throw error
    return null
  }
}

/** What cannot be changed now, because something is open, stays as it is. */
async function setLeverage(contract: OkxContract, { ask, wishes }: VenueContext, notices: string[]): Promise<void> {
  if (wishes.leverage === null) return
  const { id, leverageMax } = contract.instrument
  const leverage = Math.max(1, Math.min(Math.floor(wishes.leverage), leverageMax))
  try {
    await ask(requests.setLeverage(contract, leverage))
  } catch (error) {
    const isOwn = error instanceof VenueRefusal && error.failure.outcome === 'final'
    if (!isOwn || ['key_invalid', 'ip_not_allowed', 'no_permission'].includes(error.failure.code)) throw error
    notices.push(`leverage ${leverage} of ${id} could not be set (${error.failure.message})`)
  }
}
