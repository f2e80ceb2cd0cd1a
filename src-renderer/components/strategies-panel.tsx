import { Pause, Play } from 'lucide-react'
import { useCommand } from '../bridge/use-command.ts'
import { Badge } from './badge.tsx'
import { IconButton } from './button.tsx'
import { Panel } from './panel.tsx'
import { EmptyState, Skeleton } from './states.tsx'
import type { Tone } from './tone.ts'
import { wordsOf } from '../format/words.ts'
import type { Strategy } from '../stores/desk-state.ts'
import { useDesk } from '../stores/desk-store.ts'

const STATE_TONE: Readonly<Record<Strategy['state'], Tone>> = { running: 'up', warming_up: 'accent', paused: 'muted', faulted: 'danger' }

/** Every strategy of the playbook with its state; each can be paused and resumed. */
export function StrategiesPanel({ className = 'h-full' }: { readonly className?: string }) {
  const phase = useDesk((desk) => desk.phase)
  const strategies = useDesk((desk) => desk.strategies)
  const running = strategies.filter(({ state }) => state === 'running').length
  return (
    <Panel
      title="Strategies"
      note={strategies.length === 0 ? undefined : `${running} of ${strategies.length} running`}
      className={className}
    >
      {phase === 'loading' && <Skeleton rows={3} />}
      {phase !== 'loading' && strategies.length === 0 && <EmptyState title="No strategy in this playbook" />}
      <ul>
        {strategies.map((strategy) => (
          <StrategyRow key={strategy.id} strategy={strategy} />
        ))}
      </ul>
    </Panel>
  )
}

function StrategyRow({ strategy }: { readonly strategy: Strategy }) {
  const run = useCommand()
  const paused = strategy.state === 'paused'
  const what = `${paused ? 'Resume' : 'Pause'} ${strategy.title}`
  return (
    <li className="flex min-h-9 items-center gap-2 border-b border-line py-1 pr-1 pl-2">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1.5 text-xs" title={strategy.description}>
          <span className="truncate font-medium">{strategy.title}</span>
          <span className="flex-none text-muted">{strategy.timeframe}</span>
        </p>
        {strategy.state === 'faulted' ? (
          <p className="truncate text-2xs text-down" title={strategy.message}>
            {strategy.message}
          </p>
        ) : (
          <p className="text-2xs text-muted">
            {strategy.signals} {strategy.signals === 1 ? 'signal' : 'signals'}, {strategy.executed} executed
          </p>
        )}
      </div>
      <Badge tone={STATE_TONE[strategy.state]}>{wordsOf(strategy.state)}</Badge>
      <IconButton
        label={what}
        className="size-5"
        disabled={strategy.state === 'faulted'}
        onClick={() => void run('strategy.pause', { strategyId: strategy.id, paused: !paused }, { what })}
      >
        {paused ? <Play size={12} aria-hidden /> : <Pause size={12} aria-hidden />}
      </IconButton>
    </li>
  )
}
