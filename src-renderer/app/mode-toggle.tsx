// Paper or live: which of the two, whose account, how it stands, and the way from one to the other.
import { accountName } from '../../src-shared/domain/venue.ts'
import { liveStateLook } from '../components/live-state.ts'
import { toneText } from '../components/tone.ts'
import { useNow } from '../components/use-now.ts'
import { useLeaveLive } from '../features/control/leave-live.ts'
import { formatDuration } from '../format/times.ts'
import { type Live, isArmed, useLive } from '../stores/live-store.ts'
import { openDialog } from '../stores/ui-store.ts'

const PART = 'h-6 px-2 text-xs font-bold tracking-wider outline-offset-[-2px]'

export function ModeToggle() {
  const view = useLive((live) => live)
  const leave = useLeaveLive()
  const armed = isArmed(view)
  const paper = () => armed && leave()
  const live = () => !armed && openDialog({ kind: 'live-sheet' })
  return (
    <div className="flex flex-none items-center gap-2">
      <div
        role="group"
        aria-label="Paper or live"
        className={`flex overflow-hidden rounded-sm border ${armed ? 'border-danger' : 'border-edge'}`}
      >
        <ModeButton
          mode="PAPER"
          pressed={view !== null && !armed}
          look="bg-hover text-fg"
          title={armed ? 'Back to paper' : 'Orders go to the simulated venue; no money is at stake'}
          onPress={paper}
        />
        <ModeButton
          mode="LIVE"
          pressed={armed}
          look={view?.account?.environment === 'live' ? 'bg-danger text-on-danger' : 'bg-warn-soft text-warn'}
          title={armed ? liveTitle(view) : 'Trade live: shows first what is traded, what can be lost, and what is missing'}
          onPress={live}
        />
      </div>
      {armed && view !== null && <AccountState view={view} />}
    </div>
  )
}

type ModeButtonProps = {
  readonly mode: 'PAPER' | 'LIVE'
  readonly pressed: boolean
  readonly look: string
  readonly title: string
  readonly onPress: () => void
}

function ModeButton({ mode, pressed, look, title, onPress }: ModeButtonProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={title}
      onClick={onPress}
      {...(pressed ? { 'data-testid': 'mode' } : {})}
      className={`${PART} ${pressed ? look : 'text-muted hover:bg-hover hover:text-fg'}`}
    >
      {mode}
    </button>
  )
}

const liveTitle = (view: Live | null): string =>
  view?.account?.environment === 'live' ? 'Orders go to the venue with real money' : 'Orders go to a venue without real money'

/** In two lines: the account, and the state with how long it has been armed, or why it waits. */
function AccountState({ view }: { readonly view: Live }) {
  const nowMs = useNow()
  const name = view.account === null ? '' : accountName(view.account)
  const look = liveStateLook(view.state)
  const since = view.state === 'live' && view.sinceMs !== null ? ` ${formatDuration(nowMs - view.sinceMs)}` : ''
  const title = [name, look.meaning, view.message].filter((text) => text !== '').join('\n')
  return (
    <div className="flex w-32 flex-none flex-col 2xl:w-48" data-testid="live-account" title={title}>
      <span className="truncate text-xs font-medium">{name}</span>
      <span role="status" className={`truncate text-2xs ${toneText[look.tone]}`}>
        {look.word}
        {since}
        {view.message !== '' && `: ${view.message}`}
      </span>
    </div>
  )
}
