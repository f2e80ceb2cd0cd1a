import { histogramBars } from './r-histogram-bins.ts'
import type { Statistics } from './journal-views.ts'

/** Each bar carries its count as a figure; a screen reader gets the same as a list. */
export function RHistogram({ bins }: { readonly bins: Statistics['rHistogram'] }) {
  const bars = histogramBars(bins)
  const total = bars.reduce((sum, bar) => sum + bar.count, 0)
  return (
    <figure className="px-2 pt-2 pb-1">
      <figcaption className="text-xs text-muted">
        Results in R, <span className="text-fg">{total}</span> round trips with a known initial risk
      </figcaption>
      <ol className="mt-1 flex h-24 items-end gap-px" aria-label="Histogram of results in R">
        {bars.map((bar) => (
          <li key={bar.fromR} title={`${bar.label}: ${bar.count}`} className="flex h-full min-w-0 flex-1 flex-col justify-end text-center">
            <span className="sr-only">{`${bar.label}: ${bar.count}`}</span>
            <span aria-hidden className="text-2xs text-muted">
              {bar.count > 0 ? bar.count : ''}
            </span>
            <span
              aria-hidden
              className={`block rounded-t-xs ${bar.count === 0 ? 'bg-line' : bar.loss ? 'bg-down' : 'bg-up'}`}
              style={{ height: bar.count === 0 ? 1 : `${bar.height * 70}%` }}
            />
          </li>
        ))}
      </ol>
      <div aria-hidden className="flex gap-px border-t border-edge text-center text-2xs text-muted">
        {bars.map((bar, index) => (
          <span key={bar.fromR} className="min-w-0 flex-1 overflow-visible text-left whitespace-nowrap">
            {index % 2 === 0 ? bar.axis : ''}
          </span>
        ))}
      </div>
    </figure>
  )
}
