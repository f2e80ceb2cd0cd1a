import { useMemo, useState } from 'react'
import { CurveChart, type ShownCurve } from '../../../../charts/curve-chart.tsx'
import { Panel } from '../../../../components/panel.tsx'
import { Segmented } from '../../../../components/segmented.tsx'
import { EmptyState } from '../../../../components/states.tsx'
import { formatMoney, formatPercent } from '../../../../format/numbers.ts'

export type EquityCurve = {
  readonly tsMs: readonly number[]
  readonly equity: readonly number[]
  readonly drawdown: readonly number[]
  /** What holding the instruments would have made of 1. */
  readonly benchmark?: readonly number[]
}
type EquityPanelProps = { readonly title: string; readonly note?: string; readonly curve: EquityCurve; readonly className?: string }

const SCALES = [
  { value: 'linear', title: 'Linear' },
  { value: 'log', title: 'Log', hint: 'Equal steps are equal ratios' },
] as const
type Scale = (typeof SCALES)[number]['value']

/** Equity, what buy and hold would have been, and the drawdown below, under one crosshair. */
export function EquityPanel({ title, note, curve, className = '' }: EquityPanelProps) {
  const [scale, setScale] = useState<Scale>('linear')
  const { upper, lower } = useMemo(() => curvesOf(curve), [curve])
  const isPositive = upper.every(({ values }) => values.every((value) => value > 0))
  return (
    <Panel
      title={title}
      {...(note === undefined ? {} : { note })}
      scroll={false}
      className={className}
      actions={isPositive && <Segmented label="Scale" value={scale} options={SCALES} onChange={setScale} />}
    >
      {curve.tsMs.length < 2 ? (
        <EmptyState title="No curve" detail="There are fewer than two points of equity." />
      ) : (
        <CurveChart upper={upper} lower={lower} scale={isPositive ? scale : 'linear'} summary={summaryOf(curve)} />
      )}
    </Panel>
  )
}

const money = (value: number): string => formatMoney(value)
const percent = (value: number): string => formatPercent(value)

function curvesOf({ tsMs, equity, drawdown, benchmark }: EquityCurve): {
  readonly upper: readonly ShownCurve[]
  readonly lower: readonly ShownCurve[]
} {
  const start = equity[0] ?? 0
  const held: ShownCurve[] =
    benchmark === undefined
      ? []
      : [
          {
            name: 'Buy and hold',
            color: 'line4',
            dashed: true,
            thin: true,
            tsMs,
            values: benchmark.map((share) => share * start),
            format: money,
          },
        ]
  return {
    upper: [{ name: 'Equity', color: 'line1', tsMs, values: equity, format: money }, ...held],
    lower: [{ name: 'Drawdown', color: 'down', tsMs, values: drawdown.map((share) => -share), format: percent }],
  }
}

function summaryOf({ equity, drawdown, benchmark }: EquityCurve): string {
  const deepest = drawdown.reduce((most, value) => Math.max(most, value), 0)
  const held = benchmark?.at(-1)
  const beside = held === undefined ? '' : `; buy and hold ${formatPercent(held - 1, { sign: true })}`
  return `Equity from ${formatMoney(equity[0])} to ${formatMoney(equity.at(-1))}, deepest drawdown ${formatPercent(deepest)}${beside}`
}
