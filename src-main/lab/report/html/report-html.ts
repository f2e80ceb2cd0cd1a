// A report as one HTML file: no scripts, nothing loaded from anywhere, readable in the dark, in the light and on paper.
import { DAY_MS } from '../../../../src-shared/domain/time.ts'
import { LAB_METRICS, type LabMetricId } from '../../../../src-shared/domain/lab-metric.ts'
import { formatNumber } from '../../../../src-shared/format/numbers.ts'
import { formatUtc } from '../../../../src-shared/format/times.ts'
import { formatMetric, metricOf, metricTone } from '../../../../src-shared/format/lab-metric.ts'
import type { Report } from '../build-report.ts'
import type { ReportTrade } from '../trades.ts'
import { costWaterfall, equityCharts, monthTable } from './curves.ts'
import { chanceTables, distributions, excursionChart } from './distributions.ts'
import { Html, html } from './html.ts'
import { dataTable, groupTables, metricTable } from './lists.ts'
import { STYLE } from './style.ts'
import { tradeTable } from './trade-list.ts'
import { currencyOf } from './words.ts'

/** The whole file as text. Everything that came from outside (titles, notes, names) is text in it, never markup. */
export function reportHtml(report: Report, trades: readonly ReportTrade[]): string {
  const { title } = report.run
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${heading(report)} ${headline(report)} ${section('What speaks against it', doctorList(report))}
          ${section('Equity', equityCharts(report))}
          <div class="halves uneven">
            ${section('Months', monthTable(report))}${section(`Costs, ${moneyName(report)}`, costWaterfall(report))}
          </div>
          ${section('Distributions', distributions(report))}
          <div class="halves">
            ${section('Result over worst excursion', excursionChart(report))}${section('What chance could have made of it', chanceTables(report))}
          </div>
          ${section('All figures', metricTable(report))} ${section('Groups', groupTables(report))}
          ${section(`Round trips, ${formatNumber(trades.length, 0)}`, tradeTable(trades))} ${section('Data', dataTable(report))}
          ${section('As it was run', html`<pre>${specText(report.spec)}</pre>`)}
        </main>
      </body>
    </html> `.text
}

const section = (title: string, body: Html): Html =>
  html`<section>
    <h2>${title}</h2>
    ${body}
  </section>`

const moneyName = ({ run }: Report): string => currencyOf(run.instruments) || 'money'

function heading({ run }: Report): Html {
  const days = formatNumber((run.toMs - run.fromMs) / DAY_MS, 0)
  const facts = [
    run.playbookId,
    run.instruments.join(', '),
    run.timeframe,
    `${formatUtc(run.fromMs, 'minute')} to ${formatUtc(run.toMs, 'minute')} UTC (${days} days)`,
    `seed ${run.seed}`,
    `version ${run.codeVersion}`,
    `made ${formatUtc(run.createdMs, 'minute')}`,
  ]
  const note = run.note === '' ? html`` : html`<p class="note">${run.note}</p>`
  return html`<header>
    <h1>${run.title}</h1>
    <p class="muted">${facts.map((fact) => html`<span>${fact}</span>`)}</p>
    ${note}
  </header>`
}

const HEADLINE = [
  'net_pnl',
  'total_return',
  'cagr',
  'max_drawdown',
  'sharpe',
  'sortino',
  'calmar',
  'trades',
  'win_rate',
  'profit_factor',
  'expectancy_r',
  'exposure',
] as const satisfies readonly LabMetricId[]

const headline = (report: Report): Html =>
  html`<dl class="headline">
    ${HEADLINE.map(
      (id) =>
        html`<div>
          <dt>${LAB_METRICS[id].title}${id === 'net_pnl' ? html` <small>${currencyOf(report.run.instruments)}</small>` : html``}</dt>
          <dd class="${metricTone(id, metricOf(report.metrics, id))}">${formatMetric(id, metricOf(report.metrics, id))}</dd>
        </div>`,
    )}
  </dl>`

const doctorList = ({ warnings }: Report): Html =>
  warnings.length === 0
    ? html`<p class="muted">Nothing was found. That is no proof that nothing is there.</p>`
    : html`<ul class="doctor">
        ${warnings.map(
          ({ severity, title, detail }) =>
            html`<li class="${severity}">
              <b>${severity}</b><span><strong>${title}.</strong> ${detail}</span>
            </li>`,
        )}
      </ul>`

/** The spec without the sources of strategies, which can be long: they are in the JSON export. */
function specText(spec: Report['spec']): string {
  const { files, ...rest } = spec
  const names = Array.isArray(files) ? files.map((file: unknown) => (file instanceof Object && 'name' in file ? file.name : null)) : []
  return JSON.stringify(names.length === 0 ? rest : { ...rest, files: names }, null, 2)
}
