import type { Order } from '../stores/desk-state.ts'
import { wordsOf } from '../format/words.ts'
import { Badge } from './badge.tsx'
import type { Tone } from './tone.ts'

const TONE: Readonly<Partial<Record<Order['state'], Tone>>> = {
  filled: 'up',
  denied: 'danger',
  rejected: 'danger',
  unknown: 'warn',
  canceled: 'muted',
  expired: 'muted',
}

/** What became of an order, with the reason in the tooltip. */
export function OrderStateBadge({ state, reason }: Pick<Order, 'state' | 'reason'>) {
  return (
    <Badge tone={TONE[state] ?? 'accent'} {...(reason === null ? {} : { title: reason })}>
      {wordsOf(state)}
    </Badge>
  )
}
