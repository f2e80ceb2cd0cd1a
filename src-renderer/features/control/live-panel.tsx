// How trading stands, and the switches: live and back, halt, kill.
import { OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import { accountName } from '../../../src-shared/domain/venue.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Panel } from '../../components/panel.tsx'
import { Skeleton } from '../../components/states.tsx'
import { liveStateLook } from '../../components/live-state.ts'
import { formatNumber } from '../../format/numbers.ts'
import { formatUtc } from '../../format/times.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { type Live, isArmed, useLive } from '../../stores/live-store.ts'
import { openDialog } from '../../stores/ui-store.ts'
import { useLeaveLive } from './leave-live.ts'

export function LivePanel() {
  const view = useLive((live) => live)
  return (
    <Panel title="Live trading" className="flex-none" scroll={false}>
      {view === null ? <Skeleton rows={4} /> : <LiveFacts view={view} />}
    </Panel>
  )
}

function LiveFacts({ view }: { readonly view: Live }) {
  const leave = useLeaveLive()
  const tradingState = useDesk((desk) => desk.risk?.tradingState ?? null)
  const look = liveStateLook(view.state)
  return (
    <div className="flex flex-col gap-2 p-2">
      <dl>
        <Fact label="State">
          <Badge tone={look.tone}>{look.word}</Badge> <span className="text-xs text-muted">{look.meaning}</span>
        </Fact>
        {view.account && <Fact label="Account">{accountName(view.account)}</Fact>}
        {view.sinceMs !== null && <Fact label="Armed since">{formatUtc(view.sinceMs, 'minute')} UTC</Fact>}
        {view.message !== '' && (
          <Fact label={view.state === 'off' ? 'Last time' : 'Says'}>
            <span className={`text-xs ${view.state === 'off' ? 'text-muted' : 'text-warn'}`}>{view.message}</span>
          </Fact>
        )}
        {isArmed(view) && <Unprotected view={view} />}
        <Fact label="Entries">{tradingState ?? '—'}</Fact>
      </dl>
      <div className="flex gap-2">
        {isArmed(view) ? (
          <Button tone="accent" className="h-8 px-3" onClick={leave}>
            Back to paper
          </Button>
        ) : (
          <Button className="h-8 px-3" onClick={() => openDialog({ kind: 'live-sheet' })}>
            Trade live…
          </Button>
        )}
        <Button tone="danger" className="h-8 px-3" title="Ctrl Shift K" onClick={() => openDialog({ kind: 'kill' })}>
          <OctagonX size={14} aria-hidden />
          Kill switch…
        </Button>
      </div>
      <p className="text-2xs text-muted">The kill switch closes all positions, cancels all orders and halts trading until you resume.</p>
    </div>
  )
}

function Unprotected({ view: { unprotected } }: { readonly view: Live }) {
  const { positions, secondsMax, incidents } = unprotected
  return (
    <Fact label="Unprotected">
      <span className={positions > 0 ? 'font-semibold text-down' : ''}>
        {positions === 0 ? 'none now' : `${positions} now, ${formatNumber(secondsMax, 1)} s`}
      </span>
      <span className={`text-xs ${incidents > 0 ? 'text-warn' : 'text-muted'}`}>
        , {incidents} {incidents === 1 ? 'incident' : 'incidents'}
      </span>
    </Fact>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-6 items-baseline gap-3 border-b border-line py-0.5 last:border-0">
      <dt className="w-22 flex-none text-xs text-muted">{label}</dt>
      <dd className="min-w-0 flex-1">{children}</dd>
    </div>
  )
}
