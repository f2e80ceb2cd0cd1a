// What is wrong with the account that is traded, worst first, in words that say what is protected and what is not. Pure.
import { accountName } from '../../src-shared/domain/venue.ts'
import { symbolOf } from '../format/instruments.ts'
import { CLOCK_OFFSET_MS_MAX, isProtected } from '../format/protection.ts'
import { formatDuration } from '../format/times.ts'
import type { Order, Position } from '../stores/desk-state.ts'
import type { Live } from '../stores/live-store.ts'

export type Trouble = { readonly tone: 'warn' | 'danger'; readonly text: string; readonly leadsTo: 'system' | 'control' }
type Parts = { readonly view: Live | null; readonly positions: readonly Position[]; readonly nowMs: number }

/** The worst thing about the account itself; null while there is none, and always on paper. */
export function accountTrouble({ view, positions, nowMs }: Parts): Trouble | null {
  if (view === null || view.state === 'off' || view.account === null) return null
  const name = accountName(view.account)
  if (view.state === 'waiting') {
    const text = `Live trading is armed but ${name} cannot be opened: ${sentence(view.message)} It is tried again; nothing is sent, and positions at the venue keep the stops that work there.`
    return { tone: 'danger', text, leadsTo: 'control' }
  }
  if (view.state === 'connecting') return null
  if (view.message !== '') return { tone: 'warn', text: sentence(capital(view.message)), leadsTo: 'control' }
  return view.health === null ? null : healthTrouble(view.health, { name, positions, nowMs })
}

type Health = NonNullable<Live['health']>
type Told = { readonly name: string; readonly positions: readonly Position[]; readonly nowMs: number }

function healthTrouble(health: Health, { name, positions, nowMs }: Told): Trouble | null {
  const { state, detail, clockOffsetMs, budget } = health
  if (state === 'down')
    return { tone: 'danger', text: `${name} does not answer. ${sentence(capital(detail))} ${protection(positions)}`, leadsTo: 'system' }
  if (state === 'maintenance')
    return {
      tone: 'danger',
      text: `${name} is under maintenance. ${sentence(capital(detail))} ${protection(positions)}`,
      leadsTo: 'system',
    }
  if (clockOffsetMs !== null && Math.abs(clockOffsetMs) > CLOCK_OFFSET_MS_MAX) {
    const apart = `${Math.round(Math.abs(clockOffsetMs)).toLocaleString('en-US')} ms`
    const text = `This clock is ${apart} ${clockOffsetMs > 0 ? 'behind' : 'ahead of'} that of ${name}: orders may be refused. Set the clock of this machine.`
    return { tone: 'warn', text, leadsTo: 'system' }
  }
  if (budget.bannedUntilMs !== null && budget.bannedUntilMs > nowMs) {
    const text = `${name} refuses requests for another ${formatDuration(budget.bannedUntilMs - nowMs)}: only emergencies are sent. ${protection(positions)}`
    return { tone: 'warn', text, leadsTo: 'system' }
  }
  if (state === 'degraded')
    return { tone: 'warn', text: `${name} works with trouble. ${sentence(capital(detail))}`.trim(), leadsTo: 'system' }
  return null
}

/** "Protected by stops at the venue: BTC/USDT long. Not protected: SOL/USDT short." */
export function protection(positions: readonly Position[]): string {
  if (positions.length === 0) return 'No position is open.'
  const named = (list: readonly Position[]) => list.map(({ instrumentId, side }) => `${symbolOf(instrumentId)} ${side}`).join(', ')
  const safe = positions.filter(isProtected)
  const naked = positions.filter((position) => !isProtected(position))
  return [
    safe.length > 0 ? `Protected by stops at the venue: ${named(safe)}.` : '',
    naked.length > 0 ? `Not protected: ${named(naked)}.` : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** A look-up takes about this long; until then the tables tell, and no line comes and goes. */
const LOOK_UP_MS = 3000

/** Orders of which nobody knows whether the venue has them; null while none is unknown for longer than a look-up takes. */
export function unknownTrouble(orders: readonly Order[], nowMs: number): Trouble | null {
  const unknown = orders.filter(({ state }) => state === 'unknown').toSorted((a, b) => a.updatedMs - b.updatedMs)
  const oldest = unknown[0]
  if (oldest === undefined || nowMs - oldest.updatedMs < LOOK_UP_MS) return null
  const named = unknown.map(({ instrumentId, purpose, side }) => `${purpose} of ${symbolOf(instrumentId)} (${side})`).join(', ')
  const many = unknown.length === 1 ? 'Unknown outcome of an order' : `Unknown outcome of ${unknown.length} orders`
  const since = `for ${formatDuration(nowMs - oldest.updatedMs)}`
  const text = `${many} ${since}: ${named}. The venue is being asked; none is sent again before it has answered.`
  return { tone: 'warn', text, leadsTo: 'system' }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
/** With a full stop at its end; an empty one stays empty. */
const sentence = (text: string): string => (text === '' || /[.!?…]$/.test(text) ? text : `${text}.`)
