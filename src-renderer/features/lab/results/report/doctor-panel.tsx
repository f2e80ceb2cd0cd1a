// What speaks against believing the report, before anything of it is read.
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { Warning } from '../views.ts'

const LOOK = {
  critical: { Icon: CircleAlert, word: 'Serious', icon: 'text-down', box: 'border-danger bg-danger-soft' },
  warning: { Icon: TriangleAlert, word: 'Warning', icon: 'text-warn', box: 'border-warn bg-warn-soft' },
  info: { Icon: Info, word: 'Note', icon: 'text-muted', box: 'border-edge bg-raised' },
} as const
const ORDER = ['critical', 'warning', 'info'] as const

export function DoctorPanel({ warnings }: { readonly warnings: readonly Warning[] }) {
  if (warnings.length === 0)
    return (
      <p className="flex items-center gap-2 bg-panel px-3 py-1.5 text-sm">
        <CircleCheck size={14} className="flex-none text-up" aria-hidden /> The doctor found nothing that speaks against these figures.
      </p>
    )
  const sorted = warnings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
  return (
    <section aria-label="Doctor" className="bg-panel p-2">
      <ul className="grid gap-1.5 @4xl:grid-cols-2">
        {sorted.map((warning, place) => (
          <WarningRow key={`${warning.code} ${place}`} warning={warning} />
        ))}
      </ul>
    </section>
  )
}

function WarningRow({ warning: { severity, title, detail, code } }: { readonly warning: Warning }) {
  const { Icon, word, icon, box } = LOOK[severity]
  return (
    <li className={`flex items-start gap-2 rounded-sm border-l-2 px-2 py-1 ${box}`} title={code}>
      <Icon size={14} className={`mt-0.5 flex-none ${icon}`} aria-hidden />
      <p className="min-w-0 text-sm">
        <strong>
          {word}: {title}.
        </strong>{' '}
        {detail}
      </p>
    </li>
  )
}
