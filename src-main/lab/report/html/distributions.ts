// How results, excursions and holding times are distributed, and what chance could have made of the same trades.
import { formatNumber, formatPercent } from '../../../../src-shared/format/numbers.ts'
import type { Report } from '../build-report.ts'
import { type Html, html } from './html.ts'
import { bar, dots, plot, valueAxis, xOf, yOf } from './plot.ts'
import { lengthText } from './words.ts'

type Bins = Report['rBins']

/** As many digits as a quarter needs. */
const rLabel = (value: number): string =>
  formatNumber(value, [0, 1].find((digits) => Math.abs(value * 10 ** digits - Math.round(value * 10 ** digits)) < 1e-9) ?? 2)

export const distributions = (report: Report): Html =>
  html`<div class="quarters">
    ${histogram('Result in R', report.rBins, { format: rLabel, every: 2, tone: ({ from }) => (from >= 0 ? 'up' : 'down') })}
    ${histogram('Worst excursion in R', report.maeBins, { format: rLabel, every: 5, tone: () => 'down' })}
    ${histogram('Best excursion in R', report.mfeBins, { format: rLabel, every: 4, tone: () => 'up' })}
    ${histogram('Time held', report.holdingBins, { format: lengthText, every: Math.ceil(report.holdingBins.length / 6), tone: () => 'accent' })}
  </div>`

type Look = { readonly format: (edge: number) => string; readonly every: number; readonly tone: (bin: Bins[number]) => string }

/** Bars of equal width, whatever their edges; the outer bins hold everything beyond. */
function histogram(title: string, bins: Bins, { format, every, tone }: Look): Html {
  const total = bins.reduce((sum, { count }) => sum + count, 0)
  if (total === 0)
    return html`<figure>
      <h3>${title}</h3>
      <p class="nothing">Nothing to show</p>
    </figure>`
  const y = valueAxis({ min: 0, max: Math.max(...bins.map(({ count }) => count)) }, 3, (value) =>
    formatNumber(value, Number.isInteger(value) ? 0 : 1),
  )
  const body = bins.map((bin, i) =>
    bar({ left: (i + 0.08) / bins.length, right: (i + 0.92) / bins.length }, { from: 0, to: bin.count, y }, tone(bin)),
  )
  const edges = [...bins.map(({ from }) => from), bins.at(-1)?.to ?? 0]
  const ticks = edges.map((edge, i) => ({ at: i / bins.length, label: format(edge) })).filter((_, i) => i % every === 0)
  const shown = plot({
    x: { min: 0, max: 1, ticks },
    y,
    height: 120,
    below: 22,
    body: html`${body}`,
    label: `${title}, ${total} round trips`,
  })
  return html`<figure>
    <h3>${title} <span class="muted">${formatNumber(total, 0)}</span></h3>
    ${shown}
  </figure>`
}

/** Each round trip at its worst and its end. */
export function excursionChart({ excursions }: Report): Html {
  if (excursions.length === 0) return html`<p class="nothing">Nothing to show</p>`
  const mae = excursions.map(({ maeR }) => maeR)
  const results = excursions.map(({ r }) => r)
  const label = (value: number): string => `${rLabel(value)} R`
  const x = valueAxis({ min: Math.min(-1, ...mae), max: 0 }, 6, label)
  const y = valueAxis({ min: Math.min(-1, ...results), max: Math.max(1, ...results) }, 5, label)
  const of = (isWin: boolean) => excursions.filter(({ r }) => r > 0 === isWin).map(({ maeR, r }) => [xOf(x, maeR), yOf(y, r)] as const)
  const body = html`<line
      class="zero"
      x1="0"
      x2="1000"
      y1="${yOf(y, 0)}"
      y2="${yOf(y, 0)}"
    />${dots(of(false), 'dot down')}${dots(of(true), 'dot up')}`
  return plot({ x, y, height: 230, below: 22, body, label: 'Result of each round trip over its worst excursion' })
}

const SHARES = ['5%', '25%', '50%', '75%', '95%'] as const

export function chanceTables({ monteCarlo, deflated, minTrackRecordDays, metrics }: Report): Html {
  const rows: [string, string][] = [
    ['Sharpe ratio', formatNumber(metrics['sharpe'], 2)],
    ['Days needed until it is above zero with 95%', formatNumber(minTrackRecordDays === null ? null : Math.ceil(minTrackRecordDays), 0)],
  ]
  if (deflated !== null) {
    rows.push(
      ['Trials it was picked from', formatNumber(deflated.trials, 0)],
      ['Sharpe ratio beyond the best of as many without skill', formatNumber(deflated.sharpe, 2, { sign: true })],
      ['Probability that it is truly beyond (deflated Sharpe ratio)', formatPercent(deflated.probability, { decimals: 1 })],
    )
  }
  return html`<table class="facts">
      <tbody>
        ${rows.map(
          ([name, value]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${monteCarlo === null ? html`<p class="nothing">Too few trades or days to draw from</p>` : drawn(monteCarlo)}`
}

const drawn = ({ runs, maxDrawdown, totalReturn, lossProbability }: NonNullable<Report['monteCarlo']>): Html =>
  html`<table class="facts">
      <thead>
        <tr>
          <th scope="col">Of ${formatNumber(runs, 0)} draws</th>
          ${SHARES.map((share) => html`<th scope="col">${share}</th>`)}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Maximum drawdown, trades shuffled</th>
          ${maxDrawdown.map((value) => html`<td>${formatPercent(value, { decimals: 1 })}</td>`)}
        </tr>
        <tr>
          <th scope="row">Return, days redrawn in blocks</th>
          ${totalReturn.map((value) => html`<td>${formatPercent(value, { decimals: 1, sign: true })}</td>`)}
        </tr>
      </tbody>
    </table>
    <p class="muted">${formatPercent(lossProbability, { decimals: 1 })} of the redrawn records lost money.</p>`
