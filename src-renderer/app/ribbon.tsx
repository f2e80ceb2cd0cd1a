// The line that never leaves the screen: mode, feed, money, risk, and the kill switch.
import { ChevronDown, Command } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'
import { Stat } from '../components/stat.tsx'
import { Button } from '../components/button.tsx'
import { type Tone, toneText } from '../components/tone.ts'
import { useNow } from '../components/use-now.ts'
import { formatMoney, formatPercent, toneOf } from '../format/numbers.ts'
import { formatDuration } from '../format/times.ts'
import { useDesk } from '../stores/desk-store.ts'
import { openDialog } from '../stores/ui-store.ts'
import { feedStatus } from './feed-status.ts'
import { HealthLamp } from './health-lamp.tsx'
import { KillButton } from './kill-switch.tsx'
import { ModeToggle } from './mode-toggle.tsx'
import { Notifications } from './notifications.tsx'
import { TradingState } from './trading-state.tsx'

export function Ribbon() {
  return (
    <header className="flex h-11 flex-none items-center gap-3 border-b border-line bg-panel pr-2 pl-3">
      <ModeToggle />
      <Playbook />
      <FeedChip />
      <Account />
      <div className="ml-auto flex flex-none items-center gap-1.5">
        <TradingState />
        <Button tone="quiet" className="h-7" aria-label="Commands, Ctrl K" title="Commands" onClick={() => openDialog({ kind: 'palette' })}>
          <Command size={14} aria-hidden />
          <kbd className="hidden 2xl:inline">Ctrl K</kbd>
        </Button>
        <Notifications />
        <HealthLamp />
        <KillButton />
      </div>
    </header>
  )
}

function Playbook() {
  const playbook = useDesk((desk) => desk.playbook)
  if (playbook === null) return null
  return (
    <button
      type="button"
      title="Playbook: choose another"
      onClick={() => openDialog({ kind: 'playbooks' })}
      className="inline-flex h-7 min-w-0 flex-none items-center gap-1 rounded-sm px-1.5 text-sm font-medium hover:bg-hover"
    >
      <span className="tw-sr-only">Playbook </span>
      <span className="max-w-32 truncate">{playbook}</span>
      <ChevronDown size={12} className="flex-none text-muted" aria-hidden />
    </button>
  )
}

const DOT: Readonly<Record<Tone, string>> = {
  neutral: 'bg-fg',
  muted: 'bg-muted',
  up: 'bg-up',
  down: 'bg-down',
  accent: 'bg-accent',
  warn: 'bg-warn',
  danger: 'bg-danger',
}

function FeedChip() {
  const nowMs = useNow()
  const parts = useDesk(useShallow(({ feed, playback, marketMs, connected }) => ({ feed, playback, marketMs, connected })))
  const status = feedStatus(parts, nowMs)
  return (
    <div className="flex w-36 flex-none flex-col border-l border-line pl-3" title={parts.feed?.detail ?? ''} data-testid="feed">
      <span className={`flex items-center gap-1.5 truncate text-2xs ${toneText[status.tone === 'up' ? 'muted' : status.tone]}`}>
        <span className={`size-1.5 flex-none rounded-full ${DOT[status.tone]}`} aria-hidden />
        {status.word}
      </span>
      <span className="truncate text-xs">{status.detail}</span>
    </div>
  )
}

function Account() {
  const account = useDesk((desk) => desk.account)
  const marketMs = useDesk((desk) => desk.marketMs)
  if (!account) return <div className="tw-skeleton h-6 w-96" aria-hidden />
  const dayTone = toneOf(account.dayPnl)
  const funding = account.nextFundingMs === null || marketMs === null ? null : Math.max(0, account.nextFundingMs - marketMs)
  return (
    <div className="flex min-w-0 items-center gap-3 overflow-hidden border-l border-line pl-3" data-testid="account">
      <Stat label="Equity, USDT" value={formatMoney(account.equity)} className="w-21" title="Balance plus unrealised profit" />
      <Stat
        label="Today"
        value={formatMoney(account.dayPnl, { sign: true })}
        detail={formatPercent(account.dayReturn, { sign: true })}
        tone={dayTone}
        className="w-32"
        title="Since 00:00 UTC"
      />
      <Stat label="Open risk" value={formatMoney(account.openRisk)} className="w-18" title="Money lost if every stop were hit now" />
      <Stat label="Drawdown" value={formatPercent(account.drawdown)} className="w-16" title="Below the highest equity" />
      <Stat
        label="Funding in"
        value={funding === null ? '—' : formatDuration(funding)}
        className="w-16"
        title="Until the next funding payment"
      />
    </div>
  )
}
