import { EmptyState } from '../../components/states.tsx'
import type { Statistics } from './journal-views.ts'
import { type Bar, histogramBars } from './r-histogram-bins.ts'

/** Each bar carries its count as a figure; a screen reader gets the same as a list. */
export function RHistogram({ bins }: { readonly bins: Statistics['rHistogram'] }) {
  const bars = histogramBars(bins)
  const total = bars.reduce((sum, bar) => sum + bar.count, 0)
  if (total === 0) return <EmptyState title="No results in R yet" detail="They need closed positions whose initial risk is known." />
  return (
    <figure className="flex h-full flex-col px-2 pt-1.5 pb-1">
      <figcaption className="text-xs text-muted">
        <span className="text-fg">{total}</span> round trips with a known initial risk
      </figcaption>
      <ol className="mt-1 flex min-h-0 flex-1 items-stretch gap-px" aria-label="Histogram of results in R">
        {bars.map((bar) => (
          <Column key={bar.fromR} bar={bar} />
        ))}
      </ol>
      <div aria-hidden className="flex h-4 flex-none gap-px border-t border-edge text-2xs text-muted">
        {bars.map((bar, index) => (
          <span key={bar.fromR} className="min-w-0 flex-1 overflow-visible whitespace-nowrap">
            {index % 2 === 0 ? bar.axis : ''}
          </span>
        ))}
      </div>
    </figure>
  )
}

/** Room is left above the highest bar for its count. */
const HEIGHT_PERCENT_MAX = 88

function Column({ bar }: { readonly bar: Bar }) {
  const look = bar.count === 0 ? 'bg-line' : bar.loss ? 'bg-down' : 'bg-up'
  return (
    <li title={`${bar.label}: ${bar.count}`} className="flex min-w-0 flex-1 flex-col justify-end text-center">
      <span className="sr-only">{`${bar.label}: ${bar.count}`}</span>
      <span aria-hidden className="text-2xs text-muted">
        {bar.count > 0 ? bar.count : ''}
      </span>
      <span aria-hidden className={`block min-h-px rounded-t-xs ${look}`} style={{ height: `${bar.height * HEIGHT_PERCENT_MAX}%` }} />
    </li>
  )
}
