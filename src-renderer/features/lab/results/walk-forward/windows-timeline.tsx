import { useMemo } from 'react'
import { linearScale, type Scale } from '../../../../charts/plot-scale.ts'
import { useSize } from '../../../../charts/use-size.ts'
import { Panel } from '../../../../components/panel.tsx'
import { formatUtc } from '../../../../format/times.ts'
import type { WalkForward, Window } from '../views.ts'
import { embargoMs, monthTicks, timelineRange } from './windows.ts'

const ROW = 18
const LEFT = 34
const BOTTOM = 18
const KEY = [
  { look: 'bg-(--line-4)', name: 'train' },
  { look: 'bg-(--line-2)', name: 'validate' },
  { look: 'bg-(--line-1)', name: 'test, out of sample' },
  { look: 'border border-muted bg-panel', name: 'left out (purge, embargo)' },
] as const

/** Which days each window learned from and was tested on, with what was left out between them. */
export function WindowsTimeline({ walkForward, className = '' }: { readonly walkForward: WalkForward; readonly className?: string }) {
  const { windows } = walkForward
  return (
    <Panel
      title="Windows in time"
      className={className}
      actions={
        <ul className="flex gap-3 text-xs text-muted">
          {KEY.map(({ look, name }) => (
            <li key={name} className="flex items-center gap-1">
              <span aria-hidden className={`size-2 rounded-xs ${look}`} />
              {name}
            </li>
          ))}
        </ul>
      }
    >
      <Drawn walkForward={walkForward} rows={windows.length} />
    </Panel>
  )
}

function Drawn({ walkForward, rows }: { readonly walkForward: WalkForward; readonly rows: number }) {
  const { ref, size } = useSize<HTMLDivElement>()
  const { windows, spec } = walkForward
  const range = useMemo(() => timelineRange(windows, embargoMs(spec)), [windows, spec])
  const height = rows * ROW + BOTTOM
  const first = windows[0]
  const last = windows.at(-1)
  return (
    <div ref={ref} style={{ height }} className="w-full min-w-96">
      {size !== null && size.width > LEFT && first && last && (
        <svg
          width={size.width}
          height={height}
          role="img"
          aria-label={`${rows} windows; training from ${formatUtc(first.trainFromMs, 'date')}, last test until ${formatUtc(last.testToMs, 'date')}`}
          className="block text-2xs"
        >
          <Months range={range} x={linearScale(range, [LEFT, size.width - 8])} height={height} width={size.width} />
          {windows.map((window, place) => (
            <Row
              key={window.number}
              window={window}
              y={place * ROW}
              x={linearScale(range, [LEFT, size.width - 8])}
              embargo={embargoMs(spec)}
            />
          ))}
        </svg>
      )}
    </div>
  )
}

type MonthsProps = { readonly range: readonly [number, number]; readonly x: Scale; readonly height: number; readonly width: number }
/** Half the width of a month's text. */
const HALF_TEXT = 22

function Months({ range, x, height, width }: MonthsProps) {
  return monthTicks(range, 10).map((ms) => (
    <g key={ms}>
      <line x1={x.at(ms)} x2={x.at(ms)} y1={0} y2={height - BOTTOM} stroke="var(--line)" shapeRendering="crispEdges" />
      <text x={Math.min(x.at(ms), width - HALF_TEXT)} y={height - 5} textAnchor="middle" fill="var(--muted)">
        {formatUtc(ms, 'date').slice(0, 7)}
      </text>
    </g>
  ))
}

type RowProps = { readonly window: Window; readonly y: number; readonly x: Scale; readonly embargo: number }

function Row({ window, y, x, embargo }: RowProps) {
  const { number, trainFromMs, trainToMs, validateFromMs, validateToMs, testFromMs, testToMs, state } = window
  const opacity = state === 'done' ? 1 : 0.45
  const piece = { x, y, opacity }
  return (
    <g>
      <text x={LEFT - 8} y={y + ROW / 2} dy="0.35em" textAnchor="end" fill="var(--muted)">
        {number + 1}
      </text>
      <Bar {...piece} span={[trainFromMs, trainToMs]} fill="var(--line-4)" title="Training" />
      <Gap {...piece} span={[trainToMs, validateFromMs ?? testFromMs]} title="Left out before what follows" />
      {validateFromMs !== null && validateToMs !== null && (
        <>
          <Bar {...piece} span={[validateFromMs, validateToMs]} fill="var(--line-2)" title="Validation" />
          <Gap {...piece} span={[validateToMs, testFromMs]} title="Left out before the test" />
        </>
      )}
      <Bar {...piece} span={[testFromMs, testToMs]} fill="var(--line-1)" title="Test" />
      <Gap {...piece} span={[testToMs, testToMs + embargo]} title="Embargo: no later training begins here" />
    </g>
  )
}

type PieceProps = {
  readonly x: Scale
  readonly y: number
  readonly opacity: number
  readonly span: readonly [fromMs: number, toMs: number]
  readonly title: string
}

const titleOf = ({ title, span }: PieceProps): string => `${title}: ${formatUtc(span[0], 'date')} to ${formatUtc(span[1], 'date')}`

function Bar({ fill, ...piece }: PieceProps & { readonly fill: string }) {
  const { x, y, opacity, span } = piece
  if (span[1] <= span[0]) return null
  const left = x.at(span[0])
  return (
    <rect x={left} width={Math.max(1, x.at(span[1]) - left)} y={y + 4} height={ROW - 8} rx={1.5} fill={fill} opacity={opacity}>
      <title>{titleOf(piece)}</title>
    </rect>
  )
}

/** Days that nothing is learned from: an empty frame, so that they are seen as left out and not as missing. */
function Gap(piece: PieceProps) {
  const { x, y, opacity, span } = piece
  if (span[1] <= span[0]) return null
  const left = x.at(span[0]) + 0.5
  const width = Math.max(2, x.at(span[1]) - left - 0.5)
  return (
    <rect
      x={left}
      width={width}
      y={y + 5}
      height={ROW - 10}
      fill="var(--panel)"
      stroke="var(--muted)"
      strokeDasharray="2 1.5"
      opacity={opacity}
    >
      <title>{titleOf(piece)}</title>
    </rect>
  )
}
