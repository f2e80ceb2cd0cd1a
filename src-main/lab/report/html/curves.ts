// The account over time: equity against holding, drawdown under it, the months, and what the profit was made of.
import { formatCompact, formatMoney, formatPercent, toneOf } from '../../../../src-shared/format/numbers.ts'
import type { Report } from '../build-report.ts'
import { type Html, html } from './html.ts'
import { area, bar, line, plot, timeAxis, valueAxis, xOf, yOf } from './plot.ts'
import { initialBalance } from './words.ts'

const extent = (...columns: readonly (readonly number[])[]): { min: number; max: number } => {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const column of columns) for (const value of column) [min, max] = [Math.min(min, value), Math.max(max, value)]
  return min <= max ? { min, max } : { min: 0, max: 1 }
}

/** A drawdown that is hardly there is not drawn as a chasm. */
const DEPTH_MIN = -0.01

export function equityCharts(report: Report): Html {
  const { tsMs, equity, drawdown, benchmark } = report.equity
  const start = initialBalance(report)
  const held = benchmark.map((multiple) => multiple * start)
  const x = timeAxis(extent(tsMs), 9)
  const y = valueAxis(extent(equity, held), 5, formatCompact)
  const depth = valueAxis({ min: Math.min(0 - extent(drawdown).max, DEPTH_MIN), max: 0 }, 2, (value) =>
    formatPercent(value, { decimals: 1 }),
  )
  const along = (values: readonly number[], axis: typeof y) => values.map((value, i) => [xOf(x, tsMs[i] ?? 0), yOf(axis, value)] as const)
  const fall = along(
    drawdown.map((value) => 0 - value),
    depth,
  )
  const curves = html`<line
      class="start"
      x1="0"
      x2="1000"
      y1="${yOf(y, start)}"
      y2="${yOf(y, start)}"
    />${line(along(held, y), 'held')}${line(along(equity, y), 'equity')}`
  return html`<p class="legend"><i class="equity"></i>Equity <i class="held"></i>Buy and hold <i class="fall"></i>Drawdown</p>
    ${plot({ x: { ...x, ticks: [] }, y, height: 250, below: 12, body: curves, label: 'Equity and buy and hold over time' })}
    ${plot({ x, y: depth, height: 84, below: 22, body: html`${area(fall, 0, 'fall')}${line(fall, 'fall-edge')}`, label: 'Drawdown over time' })}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
/** A return of this much, up or down, has the strongest colour. */
const STRONGEST_MIN = 0.02
const STRONGEST_SHADE = 46

export function monthTable({ months }: Report): Html {
  const strongest = Math.max(STRONGEST_MIN, ...months.map(({ totalReturn }) => Math.abs(totalReturn)))
  const years = [...new Set(months.map(({ year }) => year))]
  const rows = years.map((year) => {
    const of = months.filter((month) => month.year === year)
    const cells = MONTHS.map((_, i) => monthCell(of.find(({ month }) => month === i + 1)?.totalReturn ?? null, strongest))
    const whole = of.reduce((growth, { totalReturn }) => growth * (1 + totalReturn), 1) - 1
    return html`<tr>
      <th scope="row">${year}</th>
      ${cells}${monthCell(whole, Number.POSITIVE_INFINITY)}
    </tr>`
  })
  const head = MONTHS.map((name) => html`<th scope="col">${name}</th>`)
  return html`<div class="scroll">
    <table class="months">
      <thead>
        <tr>
          <td></td>
          ${head}
          <th scope="col">Year</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

function monthCell(value: number | null, strongest: number): Html {
  if (value === null) return html`<td></td>`
  const shade = Math.round((Math.abs(value) / strongest) * STRONGEST_SHADE)
  return html`<td class="${toneOf(value)}" style="--shade:${shade}%">${formatPercent(value, { decimals: 1, sign: true })}</td>`
}

/** What the net profit has beyond that of the closed trades; a difference from rounding is none. */
function stillOpen({ gross, slippage, fees, funding, net }: Report['costs']): readonly { readonly name: string; readonly value: number }[] {
  const value = net - gross - slippage - fees - funding
  return Math.abs(value) < MONEY_NOISE ? [] : [{ name: 'Still open', value }]
}
const MONEY_NOISE = 0.005

/** From the profit at the prices of the decisions down to what was left. */
export function costWaterfall({ costs }: Report): Html {
  const steps = [
    { name: 'Before costs', value: costs.gross },
    { name: 'Slippage', value: costs.slippage },
    { name: 'Fees', value: costs.fees },
    { name: 'Funding', value: costs.funding },
    ...stillOpen(costs),
  ]
  let level = 0
  const bars = steps.map(({ name, value }) => {
    const from = level
    level += value
    return { name, value, from, to: level }
  })
  const all = [...bars, { name: 'Net', value: costs.net, from: 0, to: costs.net }]
  const y = valueAxis(extent([0], ...all.map(({ from, to }) => [from, to])), 5, formatCompact)
  const body = all.map(({ value, from, to }, i) =>
    bar({ left: (i + 0.18) / all.length, right: (i + 0.82) / all.length }, { from, to, y }, toneOf(value)),
  )
  const ticks = all.map(({ name, value }, i) => ({
    at: (i + 0.5) / all.length,
    label: html`${name}<br /><b>${formatMoney(value, { sign: true })}</b>`,
  }))
  const zero = html`<line class="zero" x1="0" x2="1000" y1="${yOf(y, 0)}" y2="${yOf(y, 0)}" />`
  return plot({
    x: { min: 0, max: 1, ticks },
    y,
    height: 150,
    below: 36,
    body: html`${body}${zero}`,
    label: 'From the profit before costs to the net profit',
  })
}
