// Everything the engine wanted the person to know, newest first. Critical ones also come as a notice in the corner.
import { Popover } from '@base-ui/react/popover'
import { Bell } from 'lucide-react'
import { useEffect } from 'react'
import { EmptyState } from '../components/states.tsx'
import { symbolOf } from '../format/instruments.ts'
import { formatUtc } from '../format/times.ts'
import { wordsOf } from '../format/words.ts'
import type { Alert } from '../stores/desk-state.ts'
import { deskStore, useDesk } from '../stores/desk-store.ts'
import { notify } from '../stores/notices.ts'
import { uiStore, useUi } from '../stores/ui-store.ts'

const SEVERITY: Readonly<Record<Alert['severity'], { readonly dot: string; readonly word: string }>> = {
  info: { dot: 'bg-muted', word: 'Info' },
  warning: { dot: 'bg-warn', word: 'Warning' },
  critical: { dot: 'bg-danger', word: 'Critical' },
}

const markSeen = () => uiStore.setState({ alertsSeenMs: deskStore.getState().alerts.at(-1)?.tsMs ?? 0 })

export function Notifications() {
  const alerts = useDesk((desk) => desk.alerts)
  const seenMs = useUi((ui) => ui.alertsSeenMs)
  const unseen = alerts.filter((alert) => alert.tsMs > seenMs && alert.severity !== 'info').length
  useCriticalNotices()
  return (
    <Popover.Root onOpenChange={(open) => !open && markSeen()}>
      <Popover.Trigger
        aria-label={unseen > 0 ? `Notifications, ${unseen} new` : 'Notifications'}
        title="Notifications"
        className="relative inline-flex size-7 flex-none items-center justify-center rounded-sm text-muted hover:bg-hover hover:text-fg"
      >
        <Bell size={15} aria-hidden />
        {unseen > 0 && (
          <span className="absolute top-0.5 right-0.5 min-w-3.5 rounded-full bg-warn px-0.5 text-center text-[9px]/3.5 font-bold text-bg">
            {unseen > 99 ? '99' : unseen}
          </span>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-30">
          <Popover.Popup className="tw-pop flex max-h-[70vh] w-96 flex-col">
            <Popover.Title className="border-b border-line px-3 py-2 text-sm font-semibold">Notifications</Popover.Title>
            {alerts.length === 0 ? (
              <EmptyState title="Nothing to report" />
            ) : (
              <ul className="overflow-auto" tabIndex={0} aria-label="Notifications, newest first">
                {alerts.toReversed().map((alert, i) => (
                  <AlertRow key={`${alert.tsMs}-${alert.code}-${i}`} alert={alert} />
                ))}
              </ul>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}

function AlertRow({ alert }: { readonly alert: Alert }) {
  const severity = SEVERITY[alert.severity]
  return (
    <li className="flex gap-2 border-b border-line px-3 py-2 text-xs last:border-0">
      <span className={`mt-1 size-2 flex-none rounded-full ${severity.dot}`} title={severity.word} />
      <div className="min-w-0">
        <p className="break-words">{alert.message}</p>
        <p className="text-muted">
          {severity.word}, {wordsOf(alert.code)}
          {alert.instrumentId !== null && `, ${symbolOf(alert.instrumentId)}`} · {formatUtc(alert.tsMs, 'minute')}
        </p>
      </div>
    </li>
  )
}

/** One notice per new critical alert. What was there before the screen opened is not repeated. */
function useCriticalNotices(): void {
  useEffect(() => {
    let newest = deskStore.getState().alerts.at(-1)
    return deskStore.subscribe(({ alerts: now }, { alerts: before, phase }) => {
      if (now === before || phase !== 'ready') {
        newest = now.at(-1)
        return
      }
      const from = newest === undefined ? 0 : now.lastIndexOf(newest) + 1
      for (const alert of now.slice(from))
        if (alert.severity === 'critical')
          notify({ tone: 'error', title: wordsOf(alert.code), detail: alert.message, key: `alert-${alert.code}` })
      newest = now.at(-1)
    })
  }, [])
}
