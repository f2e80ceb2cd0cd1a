import type { Why } from './detail.ts'
import { formatWhy } from './why-format.ts'

/** Name and value of everything that decided, in the order the strategy or the check gave it. */
export function WhyValues({ why, none = 'no values given' }: { readonly why: Why; readonly none?: string }) {
  const entries = Object.entries(why)
  if (entries.length === 0) return <span className="text-xs text-muted">{none}</span>
  return (
    <dl className="flex flex-wrap gap-x-3 gap-y-0.5 text-xs">
      {entries.map(([name, value]) => (
        <div key={name} className="flex gap-1">
          <dt className="text-muted">{name}</dt>
          <dd className={value === null ? 'text-muted' : ''}>{formatWhy(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
