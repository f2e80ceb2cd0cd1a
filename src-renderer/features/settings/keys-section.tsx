// Keys of venues: where they are kept, which there are, and a form for a new one.
import { useEffect, useRef } from 'react'
import type { Output } from '../../../src-shared/bridge/contract.ts'
import type { Query } from '../../bridge/use-query.ts'
import { plainError } from '../../bridge/use-command.ts'
import { useQuery } from '../../bridge/use-query.ts'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { useDesk } from '../../stores/desk-store.ts'
import { AddKeyForm } from './add-key-form.tsx'
import { KeyRow } from './key-row.tsx'
import { StoreNotice, storeName } from './store-notice.tsx'

type Keys = Output<'keys.list'>

export function KeysSection() {
  const query = useQuery('keys.list', {})
  const form = useKeyToForm()
  const { value, reload } = query
  return (
    <div className="flex min-h-0 flex-1 gap-1">
      <Panel title="Keys of venues" note={value === null ? undefined : `kept in ${storeName(value.store)}`} className="min-w-0 flex-1">
        <KeyList query={query} />
      </Panel>
      <Panel title="Add a key" className="w-104 flex-none">
        <div ref={form}>
          <AddKeyForm keys={value?.keys ?? []} blocked={whyBlocked(value)} onAdded={reload} />
        </div>
      </Panel>
    </div>
  )
}

function whyBlocked(keys: Keys | null): string | null {
  if (keys === null) return 'Keys cannot be added before the list is there.'
  return keys.state === 'ready' ? null : 'There is no open place to keep a key in; the notice on the left says what to do.'
}

function KeyList({ query: { value, error, reload } }: { readonly query: Query<Keys> }) {
  const connected = useDesk((desk) => desk.connected)
  if (value === null && error !== null)
    return <ErrorState error={{ ...error, message: `Keys cannot be shown. ${plainError(error)}: ${error.message}` }} onRetry={reload} />
  if (value === null) return <Skeleton rows={4} />
  return (
    <div className="flex min-h-full flex-col">
      {error !== null && (
        <p role="alert" className="border-b border-line bg-danger-soft px-3 py-2 text-xs">
          This list is not current. {plainError(error)}: {error.message}
        </p>
      )}
      <StoreNotice keys={value} onChanged={reload} />
      {value.keys.length === 0 ? (
        <div className="flex-1">
          <EmptyState
            title="No keys yet"
            detail="Paper trading needs none. For live trading make a key at your venue that may trade futures, may not withdraw, and is bound to your address; then add it on the right."
          />
        </div>
      ) : (
        <ul aria-label="Keys" className="m-0 list-none p-0">
          {value.keys.map((key) => (
            <KeyRow key={key.id} record={key} canChange={connected && value.state === 'ready'} onChanged={reload} />
          ))}
        </ul>
      )}
    </div>
  )
}

/** "n" brings the focus into the form, unless something is being typed. */
function useKeyToForm() {
  const form = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof Element && event.target.closest('input, textarea, select, [role="alertdialog"], [role="dialog"]')
      if (event.key !== 'n' || event.ctrlKey || event.metaKey || event.altKey || typing) return
      const first = form.current?.querySelector<HTMLElement>('select, input')
      if (!first) return
      event.preventDefault()
      first.focus()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
  return form
}
