import type { ReactNode } from 'react'
import { type Tone, toneText } from './tone.ts'

type StatProps = {
  readonly label: string
  readonly value: ReactNode
  readonly detail?: ReactNode
  readonly tone?: Tone
  readonly title?: string
  readonly className?: string
}

/** One figure under its label. Give `className` a width where the figure changes often, so that nothing beside it moves. */
export function Stat({ label, value, detail, tone = 'neutral', title, className = '' }: StatProps) {
  return (
    <div title={title} className={`flex min-w-0 flex-col ${className}`}>
      <span className="truncate text-2xs text-muted">{label}</span>
      <span className={`truncate text-sm font-medium ${toneText[tone]}`}>
        {value}
        {detail !== undefined && <span className="ml-1 text-xs font-normal">{detail}</span>}
      </span>
    </div>
  )
}
