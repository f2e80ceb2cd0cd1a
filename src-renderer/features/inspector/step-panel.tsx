import type { ReactNode } from 'react'
import { Panel } from '../../components/panel.tsx'

type StepPanelProps = {
  readonly number: number
  readonly title: string
  readonly note?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

/** One step of the story: its number says where it stands between the signal and the outcome. */
export function StepPanel({ number, title, note, children, className = '' }: StepPanelProps) {
  const numbered = (
    <span className="flex items-center gap-1.5">
      <span aria-hidden className="inline-flex size-4 items-center justify-center rounded-full bg-hover text-2xs text-muted">
        {number}
      </span>
      {title}
    </span>
  )
  return (
    <Panel
      title={numbered}
      label={`Step ${number}: ${title}`}
      {...(note === undefined ? {} : { note })}
      scroll={false}
      className={className}
    >
      {children}
    </Panel>
  )
}
