// What the inspector says when there is no decision to show, or not the newest word on it.
import { useRunSource } from '../../bridge/run-context.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { useDesk } from '../../stores/desk-store.ts'

export function OutsideFilter({ onClear }: { readonly onClear: () => void }) {
  return (
    <p className="flex flex-none items-center gap-2 border-b border-line bg-accent-soft px-3 py-1 text-xs">
      This signal does not pass the filter; steps lead to those that do.
      <Button className="ml-auto" onClick={onClear}>
        Show all signals
      </Button>
    </p>
  )
}

export function NotUpToDate({ message, onRetry }: { readonly message: string; readonly onRetry: () => void }) {
  return (
    <p role="alert" className="flex flex-none items-center gap-2 border-b border-line bg-warn-soft px-3 py-1 text-xs">
      Not up to date: {message}
      <Button className="ml-auto" onClick={onRetry}>
        Try again
      </Button>
    </p>
  )
}

export function NotFound({ id }: { readonly id: string }) {
  return (
    <div className="flex-1 bg-panel">
      <EmptyState
        title={`Decision ${id} is not in the journal`}
        detail="It may belong to another data directory. Choose one from the list."
      />
    </div>
  )
}

export function NothingYet({ loading, filtering }: { readonly loading: boolean; readonly filtering: boolean }) {
  const isRun = useRunSource() !== null
  const phase = useDesk((desk) => (isRun ? 'ready' : desk.phase))
  const error = useDesk((desk) => desk.error)
  return (
    <div className="flex-1 bg-panel">
      <h1 className="tw-sr-only">Signals</h1>
      {phase === 'failed' && error ? (
        <ErrorState error={error} />
      ) : loading || phase === 'loading' ? (
        <Skeleton rows={14} />
      ) : filtering ? (
        <EmptyState title="No signal to show" detail="None passes the filter on the left." />
      ) : isRun ? (
        <EmptyState title="No decision in this run" detail="No strategy of it has signalled. Its report may say why." />
      ) : (
        <EmptyState
          title="No decision yet"
          detail="As soon as a strategy signals, the whole chain from its opinion to the order appears here."
        />
      )}
    </div>
  )
}
