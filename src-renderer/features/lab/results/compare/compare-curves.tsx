import { useMemo, useState } from 'react'
import { CurveChart, type ShownCurve } from '../../../../charts/curve-chart.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { Segmented } from '../../../../components/segmented.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { formatNumber, formatPercent } from '../../../../format/numbers.ts'
import { type ComparedRun, markOf } from './read-compared.ts'

const SCALES = [
  { value: 'linear', title: 'Linear' },
  { value: 'log', title: 'Log', hint: 'Equal steps are equal ratios' },
] as const

/** All curves from 100 on, whatever balance each began with; drawdowns below. */
export function CompareCurves({ runs, className = '' }: { readonly runs: readonly ComparedRun[]; readonly className?: string }) {
  const [scale, setScale] = useState<(typeof SCALES)[number]['value']>('linear')
  const { upper, lower } = useMemo(() => curvesOf(runs), [runs])
  const isPositive = upper.every(({ values }) => values.every((value) => value > 0))
  const ends = upper.map(({ name, values }) => `${name} ${formatNumber(values.at(-1), 1)}`).join(', ')
  return (
    <Panel
      title="Equity, each from 100"
      note="drawdown below"
      scroll={false}
      className={className}
      actions={isPositive && <Segmented label="Scale" value={scale} options={SCALES} onChange={setScale} />}
    >
      {upper.every(({ values }) => values.length < 2) ? (
        <EmptyState title="No curves" detail="None of these runs has two points of equity." />
      ) : (
        <CurveChart upper={upper} lower={lower} scale={isPositive ? scale : 'linear'} summary={`Equity from 100 to: ${ends}`} />
      )}
    </Panel>
  )
}

function curvesOf(runs: readonly ComparedRun[]): { readonly upper: readonly ShownCurve[]; readonly lower: readonly ShownCurve[] } {
  const marked = runs.map(({ curve }, place) => {
    const { letter, color, dashed } = markOf(place)
    return { curve, look: { name: letter, color, dashed, tsMs: curve.tsMs } }
  })
  return {
    upper: marked.map(({ curve, look }) => {
      const first = curve.equity[0] ?? 1
      return { ...look, values: curve.equity.map((value) => (value / first) * 100), format: (value) => formatNumber(value, 1) }
    }),
    lower: marked.map(({ curve, look }) => ({
      ...look,
      values: curve.drawdown.map((share) => -share),
      format: (value) => formatPercent(value, { decimals: 1 }),
    })),
  }
}
