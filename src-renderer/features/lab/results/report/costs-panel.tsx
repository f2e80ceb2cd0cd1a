import { Panel } from '../../../../components/panel.tsx'
import { toneText } from '../../../../components/tone.ts'
import { formatMoney, formatPercent, toneOf } from '../../../../format/numbers.ts'
import type { Report } from '../views.ts'
import { type CostStep, costSteps, waterfallRange } from './waterfall.ts'

/** Where the gross profit went. Every bar lies on one scale of money, with zero marked. */
export function CostsPanel({ costs, className = '' }: { readonly costs: Report['costs']; readonly className?: string }) {
  const steps = costSteps(costs)
  const range = waterfallRange(steps)
  return (
    <Panel title="Costs" note={noteOf(costs)} scroll={false} className={className}>
      <ol aria-label="Costs, step by step">
        {steps.map((step) => (
          <Step key={step.name} step={step} range={range} />
        ))}
      </ol>
    </Panel>
  )
}

function noteOf({ gross, net }: Report['costs']): string {
  if (gross <= 0) return 'there was no profit before costs to pay them from'
  if (net <= 0) return 'they took more than there was'
  return `they took ${formatPercent((gross - net) / gross, { decimals: 0 })} of the profit before costs`
}

function Step({ step, range: [low, high] }: { readonly step: CostStep; readonly range: readonly [number, number] }) {
  const { name, hint, amount, from, to, isSum } = step
  const share = (value: number) => (high === low ? 0 : ((value - low) / (high - low)) * 100)
  const look = isSum ? 'bg-accent' : amount < 0 ? 'bg-down' : 'bg-up'
  return (
    <li
      title={hint}
      className={`grid h-7 grid-cols-[5.5rem_minmax(4rem,1fr)_6.5rem] items-center gap-2 border-b border-line px-2 last:border-0 ${isSum ? 'font-semibold' : ''}`}
    >
      <span className="truncate text-sm">{name}</span>
      <span aria-hidden className="relative block h-3">
        <span className="absolute -inset-y-2 w-px bg-edge" style={{ left: `${share(0)}%` }} />
        <span
          className={`absolute inset-y-0 rounded-xs ${look}`}
          style={{ left: `${share(Math.min(from, to))}%`, width: `max(1px, ${Math.abs(share(to) - share(from))}%)` }}
        />
      </span>
      <span className={`text-right text-sm ${toneText[toneOf(amount)]}`}>{formatMoney(amount, { sign: true })}</span>
    </li>
  )
}
