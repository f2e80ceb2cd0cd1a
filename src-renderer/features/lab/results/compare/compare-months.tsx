import { useMemo } from 'react'
import { CURVE_CSS } from '../../../../charts/curve-legend.tsx'
import { Plot } from '../../../../charts/plot.tsx'
import { extentOf, niceTicks } from '../../../../charts/plot-scale.ts'
import { Panel } from '../../../../components/panel.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { formatPercent, NOTHING } from '../../../../format/numbers.ts'
import { heatOf, MONTH_NAMES } from '../report/month-grid.ts'
import { alignedMonths, type MonthRow } from './aligned-months.ts'
import { type ComparedRun, markOf } from './read-compared.ts'
import { RunHeading } from './run-heading.tsx'

/** The same months of all runs beside each other, as bars and as figures. */
export function CompareMonths({ runs, className = '' }: { readonly runs: readonly ComparedRun[]; readonly className?: string }) {
  const rows = useMemo(() => alignedMonths(runs), [runs])
  return (
    <Panel title="Monthly returns" className={className}>
      {rows.length === 0 ? (
        <EmptyState title="No months" detail="The lab tells monthly returns of backtests only." />
      ) : (
        <>
          <div className="h-48">
            <Bars rows={rows} count={runs.length} />
          </div>
          <Figures rows={rows} runs={runs} />
        </>
      )}
    </Panel>
  )
}

const monthText = ({ year, month }: MonthRow): string => `${MONTH_NAMES[month - 1]} ${year}`

function Bars({ rows, count }: { readonly rows: readonly MonthRow[]; readonly count: number }) {
  const axes = useMemo(() => {
    const domain = extentOf([0, ...rows.flatMap(({ returns }) => returns.filter((value) => value !== null))])
    return {
      x: {
        domain: [-0.5, rows.length - 0.5] as const,
        ticks: rows.map((_, place) => place),
        format: (place: number) => {
          const row = rows[place]
          return row === undefined ? '' : monthText(row)
        },
      },
      y: { domain, ticks: niceTicks(domain, 4), format: (value: number) => formatPercent(value, { decimals: 0 }) },
    }
  }, [rows])
  return (
    <Plot {...axes} summary={`Monthly returns of ${count} runs over ${rows.length} months; the table below has the figures`}>
      {({ x, y, left, right }) => {
        const width = (Math.abs(x.at(1) - x.at(0)) * 0.8) / count
        return (
          <>
            {rows.flatMap((row, at) =>
              row.returns.map((value, place) => {
                if (value === null) return null
                const { color, letter, dashed } = markOf(place)
                const from = x.at(at) - (width * count) / 2 + place * width
                return (
                  <rect
                    key={`${at} ${letter}`}
                    x={from}
                    width={Math.max(1, width - 1)}
                    y={Math.min(y.at(0), y.at(value))}
                    height={Math.max(1, Math.abs(y.at(value) - y.at(0)))}
                    fill={CURVE_CSS[color]}
                    opacity={dashed ? 0.65 : 1}
                  >
                    <title>{`${letter}, ${monthText(row)}: ${formatPercent(value, { sign: true })}`}</title>
                  </rect>
                )
              }),
            )}
            <line x1={left} x2={right} y1={y.at(0)} y2={y.at(0)} stroke="var(--muted)" shapeRendering="crispEdges" />
          </>
        )
      }}
    </Plot>
  )
}

function Figures({ rows, runs }: { readonly rows: readonly MonthRow[]; readonly runs: readonly ComparedRun[] }) {
  const largest = Math.max(0, ...rows.flatMap(({ returns }) => returns.map((value) => Math.abs(value ?? 0))))
  return (
    <table className="tw-table" aria-label="Monthly returns of the runs" data-fixed="">
      <thead>
        <tr>
          <th scope="col" style={{ width: 90 }}>
            Month
          </th>
          {runs.map((run, place) => (
            <th key={run.run.id} scope="col" className="text-right">
              <RunHeading run={run} place={place} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.year} ${row.month}`}>
            <th scope="row" className="text-fg">
              {monthText(row)}
            </th>
            {row.returns.map((value, place) => (
              <td
                key={runs[place]?.run.id}
                className="text-right"
                style={value === null ? undefined : { background: heatOf(value, largest) }}
              >
                {value === null ? NOTHING : formatPercent(value, { sign: true })}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
