import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'

type PageLinkProps = {
  readonly to: string
  readonly className?: string
  readonly title?: string
  /** Called before the page is left. */
  readonly onFollow?: () => void
  readonly children: ReactNode
}

/** A link to another page of the program that leaves the filters of this one behind: what stands after the question mark would go along. */
export function PageLink({ to, className = 'text-accent underline', title, onFollow, children }: PageLinkProps) {
  const [, navigate] = useLocation()
  return (
    <Link
      href={to}
      className={className}
      title={title}
      onClick={(event) => {
        event.preventDefault()
        onFollow?.()
        navigate(`${to}?`)
      }}
    >
      {children}
    </Link>
  )
}
