// A part of a form that can be folded away; folded, it still says in a line what it holds.
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'

type SectionProps = {
  readonly title: string
  /** What the folded section holds. */
  readonly summary?: string
  readonly open?: boolean
  /** How many of its fields are wrong. */
  readonly faults?: number
  readonly children: ReactNode
}

export function Section({ title, summary = '', open = true, faults = 0, children }: SectionProps) {
  const [wanted, setWanted] = useState(open)
  return (
    <details
      open={wanted}
      onToggle={(event) => setWanted(event.currentTarget.open)}
      className="border-b border-line [&[open]>summary>svg]:rotate-90"
      data-section={title}
    >
      <summary className="flex h-7 cursor-pointer list-none items-center gap-1.5 px-2 outline-offset-[-2px] hover:bg-hover">
        <ChevronRight size={12} className="flex-none text-muted" aria-hidden />
        <h2 className="flex-none text-xs">{title}</h2>
        {faults > 0 && (
          <span className="flex-none text-2xs text-down">{faults === 1 ? '1 field is wrong' : `${faults} fields are wrong`}</span>
        )}
        {!wanted && <span className="min-w-0 flex-1 truncate text-right text-xs text-muted">{summary}</span>}
      </summary>
      <div className="px-2 pb-2">{children}</div>
    </details>
  )
}
