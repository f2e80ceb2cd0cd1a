// The tables of a report: figures with their formulas, groups, data.
import { LAB_METRICS, LAB_METRIC_IDS } from '../../../../src-shared/domain/lab-metric.ts'
import { formatMoney, formatNumber, formatPercent, toneOf } from '../../../../src-shared/format/numbers.ts'
import { formatUtc } from '../../../../src-shared/format/times.ts'
import { formatMetric, metricOf, metricTone } from '../../../../src-shared/format/lab-metric.ts'
import type { Report } from '../build-report.ts'
import { type Html, type HtmlValue, html } from './html.ts'
import { currencyOf } from './words.ts'

/** How a column is called, whether it is text or a figure, and what stands in it. */
export type Column<Row> = {
  readonly name: string
  readonly isText?: boolean
  readonly cell: (row: Row) => HtmlValue
  /** The number whose sign colours the cell. */
  readonly tone?: (row: Row) => string | number | null
}

export function rowsTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const head = columns.map(({ name, isText }) => html`<th scope="col" class="${isText ? 'text' : ''}">${name}</th>`)
  const body = rows.map(
    (row) =>
      html`<tr>
        ${columns.map((column) => cellOf(column, row))}
      </tr>`,
  )
  return html`<table class="rows">
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`
}

function cellOf<Row>({ cell, isText, tone }: Column<Row>, row: Row): Html {
  const className = isText ? 'text' : tone === undefined ? '' : toneOf(tone(row))
  return html`<td class="${className}">${cell(row)}</td>`
}

export function metricTable({ metrics, run }: Report): Html {
  const currency = currencyOf(run.instruments)
  const rows = LAB_METRIC_IDS.map((id) => {
    const { title, formula, unit } = LAB_METRICS[id]
    const name = unit === 'money' ? html`${title} <small>${currency}</small>` : title
    return html`<tr>
      <th scope="row">${name}</th>
      <td class="${metricTone(id, metricOf(metrics, id))}">${formatMetric(id, metricOf(metrics, id))}</td>
      <td class="formula">${formula}</td>
    </tr>`
  })
  const half = Math.ceil(rows.length / 2)
  const table = (part: readonly Html[]): Html =>
    html`<table class="facts metrics">
      <tbody>
        ${part}
      </tbody>
    </table>`
  return html`<div class="halves">${table(rows.slice(0, half))}${table(rows.slice(half))}</div>`
}

const GROUP_TITLES = [
  ['strategy', 'Strategy'],
  ['instrument', 'Instrument'],
  ['side', 'Side'],
  ['regime', 'Regime at the entry'],
  ['voter', 'Voter'],
  ['exit', 'Exit'],
  ['weekday', 'Weekday of the entry, UTC'],
  ['hour', 'Hour of the entry, UTC'],
] as const
type Group = Report['groups']['side'][number]

const groupColumns = (title: string): readonly Column<Group>[] => [
  { name: title, isText: true, cell: ({ key }) => key },
  { name: 'Trades', cell: ({ trades }) => formatNumber(trades, 0) },
  { name: 'Net', cell: ({ netPnl }) => formatMoney(netPnl, { sign: true }), tone: ({ netPnl }) => netPnl },
  { name: 'Won', cell: ({ winRate }) => formatPercent(winRate, { decimals: 1 }) },
  { name: 'Mean R', cell: ({ expectancyR }) => formatNumber(expectancyR, 2, { sign: true }) },
  { name: 'Factor', cell: ({ profitFactor }) => formatNumber(profitFactor, 2) },
  { name: 'Fees', cell: ({ fees }) => formatMoney(fees) },
  { name: 'Funding', cell: ({ funding }) => formatMoney(funding, { sign: true }) },
]

export function groupTables({ groups }: Report): Html {
  const shown = GROUP_TITLES.filter(([by]) => groups[by].length > 0)
  if (shown.length === 0) return html`<p class="nothing">Nothing to group</p>`
  return html`<div class="groups">${shown.map(([by, title]) => html`<figure>${rowsTable(groupColumns(title), groups[by])}</figure>`)}</div>`
}

const DATA_COLUMNS: readonly Column<Report['passports'][number]>[] = [
  { name: 'Series', isText: true, cell: ({ id }) => id },
  { name: 'From', isText: true, cell: ({ fromMs }) => formatUtc(fromMs, 'minute') },
  { name: 'To', isText: true, cell: ({ toMs }) => formatUtc(toMs, 'minute') },
  { name: 'Rows', cell: ({ rows }) => formatNumber(rows, 0) },
  { name: 'Missing', cell: ({ missing }) => formatNumber(missing, 0) },
  { name: 'Gaps', cell: ({ gaps }) => formatNumber(gaps.length, 0) },
  { name: 'Twice', cell: ({ duplicates }) => formatNumber(duplicates, 0) },
  { name: 'Refused', cell: ({ refused }) => formatNumber(refused, 0) },
  { name: 'Outliers', cell: ({ outliersMs }) => formatNumber(outliersMs.length, 0) },
  { name: 'No volume', cell: ({ zeroVolume }) => formatNumber(zeroVolume, 0) },
  {
    name: 'Cross-check differs',
    cell: ({ crossChecks }) =>
      formatNumber(
        crossChecks.reduce((total, { different }) => total + different, 0),
        0,
      ),
  },
  { name: 'Content SHA-256', isText: true, cell: ({ contentHash }) => html`<span class="hash">${contentHash.slice(0, 16)}</span>` },
]

export const dataTable = ({ passports }: Report): Html =>
  passports.length === 0
    ? html`<p class="nothing">No passports were stored with this run</p>`
    : html`<div class="scroll">${rowsTable(DATA_COLUMNS, passports)}</div>`
