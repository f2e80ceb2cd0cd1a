import type { ReactNode } from 'react'

type PanelProps = {
  readonly title: ReactNode
  /** Small remark beside the title: a count, a unit. */
  readonly note?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  readonly className?: string
  /** False when the content draws its own edge to edge, as a table does. */
  readonly padded?: boolean
  /** False when the content scrolls by itself. */
  readonly scroll?: boolean
  /** Name for screen readers when the title is not plain text. */
  readonly label?: string
}

/** A titled area of a page. The content scrolls inside and can be reached by keyboard. */
export function Panel({ title, note, actions, children, className = '', padded = false, scroll = true, label }: PanelProps) {
  const name = label ?? (typeof title === 'string' ? title : undefined)
  return (
    <section aria-label={name} className={`flex min-h-0 min-w-0 flex-col bg-panel ${className}`}>
      <header className="flex h-7 flex-none items-center gap-2 border-b border-line px-2">
        <h2 className="truncate text-xs font-semibold">{title}</h2>
        {note !== undefined && <span className="truncate text-xs text-muted">{note}</span>}
        {actions !== undefined && <div className="ml-auto flex flex-none items-center gap-1">{actions}</div>}
      </header>
      <PanelBody scroll={scroll} name={name} padding={padded ? 'p-2' : ''}>
        {children}
      </PanelBody>
    </section>
  )
}

type BodyProps = { readonly scroll: boolean; readonly name: string | undefined; readonly padding: string; readonly children: ReactNode }

function PanelBody({ scroll, name, padding, children }: BodyProps) {
  if (!scroll) return <div className={`relative min-h-0 flex-1 overflow-hidden ${padding}`}>{children}</div>
  return (
    <div
      className={`relative min-h-0 flex-1 overflow-auto ${padding}`}
      tabIndex={0}
      role="group"
      aria-label={`${name ?? 'panel'}, content`}
    >
      {children}
    </div>
  )
}
