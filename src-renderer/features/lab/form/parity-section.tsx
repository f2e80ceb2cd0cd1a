// Sessions of the desk that were recorded: one of them is run again as a backtest and must decide and fill the same.
import type { Output } from '../../../../src-shared/bridge/contract.ts'
import type { Query } from '../../../bridge/use-query.ts'
import { Badge } from '../../../components/badge.tsx'
import { FieldError } from '../../../components/field.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import { formatBytes } from '../../../format/numbers.ts'
import { formatUtc } from '../../../format/times.ts'
import type { FormProps } from './form-props.ts'

type Sessions = Output<'lab.sessions'>

export function ParitySection({ sessions, form, onForm, faults }: FormProps & { readonly sessions: Query<Sessions> }) {
  return (
    <div className="flex flex-col gap-1 p-2">
      <p className="text-xs text-muted">
        A session of the desk is run again as a backtest over the market it recorded. Decisions and fills must be the same; every difference
        is listed.
      </p>
      <List sessions={sessions} chosen={form.sessionId} onChoose={(sessionId) => onForm({ ...form, sessionId })} />
      <FieldError error={faults['sessionId'] ?? null} />
    </div>
  )
}

type ListProps = { readonly sessions: Query<Sessions>; readonly chosen: string | null; readonly onChoose: (id: string) => void }

function List({ sessions: { value, error, reload }, chosen, onChoose }: ListProps) {
  if (value === null) return error === null ? <Skeleton rows={4} /> : <ErrorState error={error} onRetry={reload} />
  if (value.length === 0)
    return <EmptyState title="No session was recorded" detail="A desk that records its market leaves sessions here to compare with." />
  return (
    <div role="radiogroup" aria-label="Recorded sessions" className="rounded-sm border border-line">
      {value.map(({ id, startedMs, playbook, strategies, bytes, complete }) => (
        <label
          key={id}
          className={`flex h-7 cursor-pointer items-center gap-2 border-b border-line px-2 text-xs last:border-0 ${chosen === id ? 'bg-accent-soft' : 'hover:bg-hover'}`}
        >
          <input
            type="radio"
            name="lab-session"
            className="size-3.5 flex-none accent-(--accent)"
            checked={chosen === id}
            onChange={() => onChoose(id)}
          />
          <span className="flex-none" title={id}>
            {formatUtc(startedMs, 'minute')}
          </span>
          <span className="min-w-0 truncate text-muted" title={`Strategies: ${strategies.join(', ')}`}>
            {playbook === null ? strategies.join(', ') : `${playbook.title} (${playbook.id})`}
          </span>
          {!complete && (
            <Badge tone="warn" title="The desk still writes it, or was ended by force: only what was written is compared">
              incomplete
            </Badge>
          )}
          <span className="ml-auto flex-none text-muted">{formatBytes(bytes)}</span>
        </label>
      ))}
    </div>
  )
}
