// The windows drawn on the chosen time: training, validation, test.
import type { WindowDays } from './walk-windows.ts'

type WindowStripProps = { readonly days: number; readonly lengths: WindowDays; readonly anchored: boolean; readonly count: number }
/** More would be too thin to see; the words below count all. */
const DRAWN_MAX = 12
const ROW = 5
const LEGEND = [
  { title: 'training', look: 'bg-(--line-1) opacity-60' },
  { title: 'validation', look: 'bg-(--line-2)' },
  { title: 'test', look: 'bg-(--up)' },
]

/** Decoration: the same is told in words below. */
export function WindowStrip({ days, lengths, anchored, count }: WindowStripProps) {
  const drawn = Math.min(count, DRAWN_MAX)
  const height = drawn * ROW
  return (
    <div aria-hidden className="mb-1">
      <svg viewBox={`0 0 1000 ${height}`} preserveAspectRatio="none" className="block w-full bg-hover" style={{ height }}>
        {Array.from({ length: drawn }, (_, at) => (
          <Window key={at * lengths.test} days={days} lengths={lengths} anchored={anchored} at={at} />
        ))}
      </svg>
      <p className="flex gap-3 pt-0.5 text-2xs text-muted">
        {LEGEND.map(({ title, look }) => (
          <span key={title} className="inline-flex items-center gap-1">
            <span className={`h-1 w-3 ${look}`} /> {title}
          </span>
        ))}
        {count > DRAWN_MAX && (
          <span className="ml-auto">
            the first {DRAWN_MAX} of {count}
          </span>
        )}
      </p>
    </div>
  )
}

function Window({ days, lengths: { train, validate, test }, anchored, at }: Omit<WindowStripProps, 'count'> & { readonly at: number }) {
  const x = (day: number) => (day / days) * 1000
  const start = anchored ? 0 : at * test
  const trainEnd = at * test + train
  const box = { y: at * ROW + 1, height: ROW - 2 }
  return (
    <g>
      <rect className="fill-(--line-1) opacity-60" x={x(start)} width={x(trainEnd - start)} {...box} />
      <rect className="fill-(--line-2)" x={x(trainEnd)} width={x(validate)} {...box} />
      <rect className="fill-(--up)" x={x(trainEnd + validate)} width={x(test)} {...box} />
    </g>
  )
}
