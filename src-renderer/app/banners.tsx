// What must not be overlooked, in one line above the page: no connection, no engine, no account, no fresh data, an order nobody knows of.
import { CircleAlert, LoaderCircle, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useCommand } from '../bridge/use-command.ts'
import { Button } from '../components/button.tsx'
import { PageLink } from '../components/page-link.tsx'
import { useNow } from '../components/use-now.ts'
import { symbolOf } from '../format/instruments.ts'
import { formatAge, formatDuration } from '../format/times.ts'
import { useDesk } from '../stores/desk-store.ts'
import { useLive } from '../stores/live-store.ts'
import { type Trouble, accountTrouble, unknownTrouble } from './live-trouble.ts'

/** At most one: the cause hides its consequences. */
export function Banners() {
  const connected = useDesk((desk) => desk.connected)
  const engine = useDesk((desk) => desk.host?.state ?? null)
  const feed = useDesk((desk) => desk.feed?.state ?? null)
  const naked = useDesk((desk) => desk.positions.filter(({ unprotectedSinceMs }) => unprotectedSinceMs !== null).length)
  if (!connected) return <ConnectionLost />
  if (engine === 'failed') return <EngineFailed />
  if (engine === 'restarting' || engine === 'starting') {
    return (
      <Banner tone="warn" icon={<LoaderCircle size={14} className="animate-spin" aria-hidden />}>
        {engine === 'restarting'
          ? 'Engine restarted, reconciling with the venue… Positions keep their stops there; nothing is traded until it is done.'
          : 'Engine is starting…'}
      </Banner>
    )
  }
  if (engine === 'stopping' || engine === 'stopped') return <Banner tone="warn">The engine is {engine}. Nothing is traded.</Banner>
  if (naked > 0) return <Naked />
  return <AccountTrouble rest={feed === 'stale' || feed === 'failed' ? <FeedStale failed={feed === 'failed'} /> : <UnknownOrders />} />
}

/** Of the account that is traded; `rest` where there is none. */
function AccountTrouble({ rest }: { readonly rest: ReactNode }) {
  const view = useLive((live) => live)
  const positions = useDesk((desk) => desk.positions)
  const nowMs = useNow()
  const trouble = accountTrouble({ view, positions, nowMs })
  return trouble === null ? rest : <TroubleBanner trouble={trouble} />
}

function UnknownOrders() {
  const orders = useDesk((desk) => desk.orders)
  // Orders carry the time of the market, which on a recording is not that of the wall.
  const marketSecondMs = useDesk((desk) => Math.floor((desk.marketMs ?? 0) / 1000) * 1000)
  const trouble = unknownTrouble(orders, marketSecondMs)
  return trouble && <TroubleBanner trouble={trouble} />
}

const LINK = { system: { to: '/system', title: 'System' }, control: { to: '/control', title: 'Control' } } as const

function TroubleBanner({ trouble: { tone, text, leadsTo } }: { readonly trouble: Trouble }) {
  const { to, title } = LINK[leadsTo]
  return (
    <Banner tone={tone}>
      <span className="min-w-0">{text}</span>
      <PageLink to={to} className="ml-auto flex-none underline">
        {title}
      </PageLink>
    </Banner>
  )
}

function ConnectionLost() {
  const receivedMs = useDesk((desk) => desk.receivedMs)
  const nowMs = useNow()
  return (
    <Banner tone="danger" icon={<LoaderCircle size={14} className="animate-spin" aria-hidden />}>
      Connection to the program lost, trying again… What you see is{' '}
      {receivedMs === null ? 'not current' : `${formatDuration(nowMs - receivedMs)} old`}.
    </Banner>
  )
}

function EngineFailed() {
  const lastError = useDesk((desk) => desk.host?.lastError ?? null)
  const run = useCommand()
  return (
    <Banner tone="danger">
      <span className="min-w-0 truncate" title={lastError ?? ''}>
        The engine has stopped and was not started again{lastError === null ? '.' : `: ${lastError}`}
      </span>
      <Button className="h-5 text-fg" onClick={() => void run('engine.restart', {}, { what: 'Restart the engine' })}>
        Restart engine
      </Button>
    </Banner>
  )
}

/** Nothing on a working engine is more urgent than a position without a stop. */
function Naked() {
  const positions = useDesk((desk) => desk.positions)
  const run = useCommand()
  const naked = positions.filter(({ unprotectedSinceMs }) => unprotectedSinceMs !== null)
  return (
    <Banner tone="danger">
      <span className="min-w-0 truncate">
        No working stop at the venue: {naked.map(({ instrumentId, side }) => `${symbolOf(instrumentId)} ${side}`).join(', ')}
      </span>
      <Button
        className="h-5 text-fg"
        onClick={() => void run('positions.protectAll', {}, { what: 'Protect all positions', done: 'Stops are being placed' })}
      >
        Protect all
      </Button>
    </Banner>
  )
}

function FeedStale({ failed }: { readonly failed: boolean }) {
  const feed = useDesk((desk) => desk.feed)
  const nowMs = useNow()
  const age = feed?.kind === 'live' && feed.lastEventMs !== null ? ` Last data ${formatAge(nowMs - feed.lastEventMs)} ago.` : ''
  return (
    <Banner tone={failed ? 'danger' : 'warn'}>
      Market data {failed ? 'failed' : 'is stale'}: new entries are refused, stops stay at the venue.{age} {feed?.detail}
    </Banner>
  )
}

const TONE = { warn: 'bg-warn-soft text-warn', danger: 'bg-danger text-on-danger' } as const
const ICON = { warn: <TriangleAlert size={14} aria-hidden />, danger: <CircleAlert size={14} aria-hidden /> } as const

function Banner({ tone, icon, children }: { readonly tone: keyof typeof TONE; readonly icon?: ReactNode; readonly children: ReactNode }) {
  return (
    <div
      role="alert"
      data-testid="banner"
      className={`flex min-h-7 flex-none items-center gap-2 px-3 py-0.5 text-xs font-medium ${TONE[tone]}`}
    >
      {icon ?? ICON[tone]}
      {children}
    </div>
  )
}
