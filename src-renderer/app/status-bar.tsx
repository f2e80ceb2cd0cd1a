import { useShallow } from 'zustand/react/shallow'
import { formatCompact } from '../format/numbers.ts'
import { useDesk } from '../stores/desk-store.ts'

const ENGINE_DOT = {
  running: 'bg-up',
  starting: 'bg-warn',
  restarting: 'bg-warn',
  stopping: 'bg-warn',
  stopped: 'bg-muted',
  failed: 'bg-danger',
} as const
const FEED_DOT = { live: 'bg-up', connecting: 'bg-warn', stale: 'bg-warn', ended: 'bg-muted', failed: 'bg-danger' } as const

export function StatusBar() {
  const host = useDesk((desk) => desk.host)
  const feed = useDesk((desk) => desk.feed)
  const { sessionId, sequence, connected } = useDesk(
    useShallow(({ sessionId, sequence, connected }) => ({ sessionId, sequence, connected })),
  )
  return (
    <footer className="flex h-6 flex-none items-center gap-4 overflow-hidden border-t border-line bg-panel px-3 text-xs whitespace-nowrap text-muted">
      <Lamp dot={connected && host ? ENGINE_DOT[host.state] : 'bg-danger'}>
        Engine {connected ? (host?.state ?? '…') : 'not reachable'}
        {host !== null && host.restarts > 0 && `, ${host.restarts} ${host.restarts === 1 ? 'restart' : 'restarts'}`}
      </Lamp>
      {feed && (
        <Lamp dot={connected ? FEED_DOT[feed.state] : 'bg-muted'}>
          Feed {feed.kind}
          {feed.state !== 'live' && `, ${feed.state}`}
          {feed.gaps > 0 && `, ${feed.gaps} gaps`}
          {feed.badCandles > 0 && `, ${feed.badCandles} bad candles set aside`}
        </Lamp>
      )}
      <span title={`Session ${sessionId ?? ''}, frame ${formatCompact(sequence)}`}>Journal session {sessionId ?? '…'}</span>
      <span className="ml-auto">Charts: TradingView Lightweight Charts™</span>
      <span>Tradewright {host?.version ?? ''}</span>
    </footer>
  )
}

function Lamp({ dot, children }: { readonly dot: string; readonly children: React.ReactNode }) {
  return (
    <span className="flex items-center gap-1.5">
      <span className={`size-1.5 rounded-full ${dot}`} aria-hidden />
      <span>{children}</span>
    </span>
  )
}
