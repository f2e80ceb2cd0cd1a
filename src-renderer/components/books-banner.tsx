import { accountName } from '../../src-shared/domain/venue.ts'
import { isLive, useLive } from '../stores/live-store.ts'
import { selectBooks, useUi } from '../stores/ui-store.ts'
import { Segmented } from './segmented.tsx'

/** While live, says whose journal is below and leads to the other one; nothing on paper. `onSwitch` runs after the choice. */
export function BooksBanner({ onSwitch }: { readonly onSwitch?: () => void }) {
  const live = useLive(isLive)
  const account = useLive((view) => view?.account ?? null)
  const books = useUi((ui) => ui.books)
  if (!live || account === null) return null
  const name = accountName(account)
  return (
    <section
      aria-label="Whose journal"
      className="flex min-h-8 flex-none items-center gap-3 border-b border-line bg-panel px-2 py-1 text-xs"
    >
      <Segmented
        label="Journal of"
        value={books}
        options={[
          { value: 'live', title: `Live: ${name}` },
          { value: 'paper', title: 'Paper beside it' },
        ]}
        onChange={(next) => {
          selectBooks(next)
          onSwitch?.()
        }}
      />
      <span className="truncate text-muted">
        {books === 'live'
          ? `Books of the account at ${name}.`
          : 'Books of the paper account, which acts on the same signals beside it. None of it was traded.'}
      </span>
    </section>
  )
}
