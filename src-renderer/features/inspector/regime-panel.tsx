import { formatPercent } from '../../format/numbers.ts'
import { wordsOf } from '../../format/words.ts'
import type { Regime } from './detail.ts'

/** The state of the market as the strategy saw it, and how much spoke for each alternative. */
export function RegimePanel({ regime }: { readonly regime: Regime | null }) {
  if (regime === null) return <p className="px-2 py-2 text-xs text-muted">This strategy does not classify the market.</p>
  const scores = Object.entries(regime.scores).toSorted(([, a], [, b]) => b - a)
  const largest = Math.max(...scores.map(([, score]) => score), Number.MIN_VALUE)
  return (
    <dl aria-label={`Scores of ${regime.classifier}`} className="flex flex-col gap-1 px-2 py-1.5 text-xs">
      {scores.length === 0 && <div className="text-muted">The classifier gave no scores.</div>}
      {scores.map(([name, score]) => {
        const chosen = name === regime.regime
        return (
          <div key={name} className="grid grid-cols-[8rem_1fr_3.5rem] items-center gap-2">
            <dt className={`truncate ${chosen ? 'font-semibold' : 'text-muted'}`} title={name}>
              {chosen && <span aria-hidden>▸ </span>}
              {wordsOf(name)}
            </dt>
            <dd aria-hidden className="h-2 rounded-xs bg-hover">
              <div
                className={`h-full rounded-xs ${chosen ? 'bg-accent' : 'bg-edge'}`}
                style={{ width: `${Math.max(0, (score / largest) * 100)}%` }}
              />
            </dd>
            <dd className="text-right">{formatPercent(score, { decimals: 1 })}</dd>
          </div>
        )
      })}
    </dl>
  )
}
