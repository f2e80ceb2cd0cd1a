import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'
import { useDesk } from '../stores/desk-store.ts'
import { useLive } from '../stores/live-store.ts'
import { healthOf } from './health.ts'

const LOOK = {
  good: { icon: CircleCheck, color: 'text-up', word: 'All well' },
  attention: { icon: TriangleAlert, color: 'text-warn', word: 'Needs attention' },
  bad: { icon: CircleAlert, color: 'text-down', word: 'Something is wrong' },
} as const

/** The state of the machine as one icon; leads to the System page. */
export function HealthLamp() {
  const live = useLive((view) => view)
  const health = healthOf({
    live,
    ...useDesk(
      useShallow(({ connected, host, feed, positions, orders, strategies, error }) => ({
        connected,
        host,
        feed,
        positions,
        orders,
        strategies,
        error,
      })),
    ),
  })
  const look = LOOK[health.level]
  const label = [look.word, ...health.reasons].join('\n')
  return (
    <a
      href="#/system"
      data-testid="health"
      data-level={health.level}
      aria-label={label}
      title={label}
      className="inline-flex size-7 items-center justify-center rounded-sm hover:bg-hover"
    >
      <look.icon size={16} className={look.color} aria-hidden />
    </a>
  )
}
