import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useCommand } from '../../bridge/use-command.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Panel } from '../../components/panel.tsx'
import { Skeleton } from '../../components/states.tsx'
import type { Tone } from '../../components/tone.ts'
import { formatNumber } from '../../format/numbers.ts'
import { formatDuration } from '../../format/times.ts'
import { useDesk } from '../../stores/desk-store.ts'
import { isArmed, useLive } from '../../stores/live-store.ts'
import type { StatusHistory, SystemStatus } from './use-status-history.ts'

type EngineState = SystemStatus['host']['state']
const STATE_TONE: Readonly<Record<EngineState, Tone>> = {
  running: 'up',
  starting: 'accent',
  restarting: 'warn',
  stopping: 'warn',
  stopped: 'muted',
  failed: 'danger',
}

export function EnginePanel({ history }: { readonly history: StatusHistory }) {
  const { status, error } = history
  return (
    <Panel title="Engine" actions={<RestartButton />} className="min-h-0 flex-1">
      {error && (
        <p role="alert" className="border-b border-line bg-danger-soft px-2 py-1 text-xs">
          <strong>No answer from the program:</strong> {error.message}{' '}
          <span className="text-muted">({error.code}). The figures below are the last known.</span>
        </p>
      )}
      {status ? <EngineFacts status={status} /> : <Skeleton rows={8} />}
    </Panel>
  )
}

function EngineFacts({ status }: { readonly status: SystemStatus }) {
  const { host } = status
  const armed = useLive(isArmed)
  return (
    <dl className="px-2 py-1">
      <Fact label="State">
        <Badge tone={STATE_TONE[host.state]}>{host.state}</Badge>
      </Fact>
      <Fact label="Mode">{armed ? 'live' : 'paper'}</Fact>
      <Fact label="Engine up for">{formatDuration(host.uptimeMs)}</Fact>
      <Fact label="Program up for">{formatDuration(status.uptimeMs)}</Fact>
      <Fact label="Restarts">
        <span className={host.restarts > 0 ? 'font-medium text-warn' : ''}>{host.restarts}</span>
      </Fact>
      <Fact label="Last error" wrap>
        {host.lastError === null ? <span className="text-muted">none</span> : <span className="text-down">{host.lastError}</span>}
      </Fact>
      <Fact label="Journal records">{formatNumber(status.journalRecords, 0)}</Fact>
      <Fact label="Data directory" wrap>
        <code className="font-mono text-xs break-all select-all">{status.dataDir}</code>
      </Fact>
      <Fact label="Version">
        {host.version}, Node {status.node}
      </Fact>
    </dl>
  )
}

function Fact({ label, wrap = false, children }: { readonly label: string; readonly wrap?: boolean; readonly children: React.ReactNode }) {
  return (
    <div className={`flex min-h-6 items-baseline gap-3 border-b border-line py-0.5 ${wrap ? '' : 'whitespace-nowrap'}`}>
      <dt className="w-28 flex-none text-xs text-muted">{label}</dt>
      <dd className="min-w-0 flex-1">{children}</dd>
    </div>
  )
}

/** Asks first: while the engine restarts nothing but the stops at the venue protects a position. */
function RestartButton() {
  const run = useCommand()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const positions = useDesk((desk) => desk.positions.length)
  const restart = async () => {
    setBusy(true)
    await run('engine.restart', {}, { what: 'Restart the engine', done: 'The engine is restarting' })
    setBusy(false)
    setOpen(false)
  }
  const exposed =
    positions === 0
      ? 'No position is open.'
      : `${positions} open ${positions === 1 ? 'position keeps' : 'positions keep'} only the stops that work at the venue until it is back.`
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <RotateCw size={12} aria-hidden /> Restart engine
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Restart the engine?"
        description={`It stops taking in the market, starts again from the journal and reconciles before it trades. ${exposed}`}
        confirmLabel="Restart engine"
        tone="danger"
        busy={busy}
        onConfirm={() => void restart()}
      />
    </>
  )
}
