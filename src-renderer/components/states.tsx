// What a panel shows when it has nothing to show: empty, failed, loading. Each says what to do next, if anything.
import { CircleAlert, Inbox } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

export function EmptyState({
  title,
  detail,
  action,
}: {
  readonly title: string
  readonly detail?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className="flex h-full min-h-16 flex-col items-center justify-center gap-1 p-3 text-center">
      <Inbox size={16} className="text-muted" aria-hidden />
      <p className="text-sm">{title}</p>
      {detail !== undefined && <p className="max-w-96 text-xs text-muted">{detail}</p>}
      {action}
    </div>
  )
}

type ErrorProps = { readonly error: { readonly code: string; readonly message: string }; readonly onRetry?: () => void }

export function ErrorState({ error, onRetry }: ErrorProps) {
  return (
    <div role="alert" className="flex h-full min-h-16 flex-col items-center justify-center gap-1 p-3 text-center">
      <CircleAlert size={16} className="text-down" aria-hidden />
      <p className="max-w-96 text-sm">{error.message}</p>
      <p className="text-xs text-muted">{error.code}</p>
      {onRetry && (
        <Button className="mt-1" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** Grey bars in the place of `rows` table rows, the same height as the rows that will come. */
export function Skeleton({ rows = 4 }: { readonly rows?: number }) {
  return (
    <div aria-busy="true" aria-label="Loading" role="status" className="p-2">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-6 items-center">
          <div className="tw-skeleton h-2" style={{ width: `${88 - ((row * 17) % 45)}%` }} />
        </div>
      ))}
    </div>
  )
}
