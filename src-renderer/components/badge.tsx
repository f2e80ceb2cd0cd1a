import type { ReactNode } from 'react'
import { type Tone, toneSoft } from './tone.ts'

export function Badge({
  tone = 'neutral',
  title,
  children,
}: {
  readonly tone?: Tone
  readonly title?: string
  readonly children: ReactNode
}) {
  return (
    <span
      title={title}
      className={`inline-flex h-4 flex-none items-center rounded-xs px-1 text-2xs font-medium whitespace-nowrap ${toneSoft[tone]}`}
    >
      {children}
    </span>
  )
}

type Side = 'long' | 'short' | 'buy' | 'sell' | 'wait'
const SIDE_TONE: Readonly<Record<Side, Tone>> = { long: 'up', buy: 'up', short: 'down', sell: 'down', wait: 'muted' }

/** Side as a word in its colour: LONG, SHORT, BUY, SELL, WAIT. */
export function SideBadge({ side }: { readonly side: Side }) {
  return <Badge tone={SIDE_TONE[side]}>{side.toUpperCase()}</Badge>
}
