// How much of the result could be luck.
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { formatNumber, formatPercent } from '../../../../format/numbers.ts'
import { deflatedSaid, lossSaid, trackRecordSaid } from '../robust-words.ts'
import { SaidFigure } from '../said-figure.tsx'
import type { Report } from '../views.ts'
import { QuantileStrip } from './quantile-strip.tsx'

const DAY_MS = 86_400_000

export function RobustnessTab({ report }: { readonly report: Report }) {
  return (
    <div className="grid gap-1 pt-1 @4xl:grid-cols-2">
      <ChancePanel report={report} />
      <MonteCarloPanel report={report} />
    </div>
  )
}

function ChancePanel({ report }: { readonly report: Report }) {
  const { deflated, minTrackRecordDays, run } = report
  const days = (run.toMs - run.fromMs) / DAY_MS
  return (
    <Panel title="Is the Sharpe ratio more than luck?" scroll={false}>
      {deflated === null ? (
        <p className="p-2 text-xs text-muted">
          This run is of its own: it was not chosen from a search, so there are no other trials to correct for. If you have tried many
          settings by hand, the same doubt applies, and nobody counted them.
        </p>
      ) : (
        <SaidFigure
          title={`Deflated Sharpe ratio, chosen from ${formatNumber(deflated.trials, 0)} trials`}
          said={deflatedSaid(deflated.probability, deflated.trials, deflated.sharpe)}
        />
      )}
      <div className="border-t border-line">
        <SaidFigure title="Minimum track record" said={trackRecordSaid(minTrackRecordDays, days)} />
      </div>
    </Panel>
  )
}

function MonteCarloPanel({ report: { monteCarlo, metrics } }: { readonly report: Report }) {
  if (monteCarlo === null)
    return (
      <Panel title="Monte Carlo" scroll={false}>
        <EmptyState title="Too little to draw from" detail="Shuffling needs at least a few trades and days." />
      </Panel>
    )
  const { runs, maxDrawdown, totalReturn, lossProbability } = monteCarlo
  return (
    <Panel title="Monte Carlo" note={`${formatNumber(runs, 0)} draws of each kind`} scroll={false}>
      <QuantileStrip
        title="Return, days drawn in blocks with replacement"
        quantiles={totalReturn}
        actual={metrics['total_return'] ?? null}
        format={(value) => formatPercent(value, { sign: true, decimals: 1 })}
        sentence={(low, high) => `Nine of ten such histories would have ended between ${low} and ${high}.`}
      />
      <SaidFigure title="Chance of a loss" said={lossSaid(lossProbability, runs)} />
      <div className="border-t border-line">
        <QuantileStrip
          title="Maximum drawdown, the same trades in another order"
          quantiles={maxDrawdown}
          actual={metrics['max_drawdown'] ?? null}
          format={(value) => formatPercent(value, { decimals: 1 })}
          sentence={(_, high) => `With the same trades in a less lucky order, be ready for ${high}: one in twenty orders was worse.`}
        />
      </div>
    </Panel>
  )
}
