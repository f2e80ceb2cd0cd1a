// @vitest-environment jsdom
// Proves that a report holds what its contract says, is the same each time, and that nothing which came from outside becomes markup or a formula.
import { describe, expect, test } from 'vitest'
import { buildReport } from '../../src-main/lab/report/build-report.ts'
import type { LabStoreReader } from '../../src-main/adapters/lab-store/reader.ts'
import { reportView } from '../../src-main/lab/service/run-views.ts'
import { html } from '../../src-main/lab/report/html/html.ts'
import { timeAxis, valueAxis } from '../../src-main/lab/report/html/plot.ts'
import { reportHtml } from '../../src-main/lab/report/html/report-html.ts'
import { TRADES_SHOWN_MAX } from '../../src-main/lab/report/html/trade-list.ts'
import { reportCsv, reportJson } from '../../src-main/lab/report/tables.ts'
import { type ReportTrade, reportTrade } from '../../src-main/lab/report/trades.ts'
import { ReportView } from '../../src-shared/bridge/lab-views.ts'
import { LAB_METRIC_IDS } from '../../src-shared/domain/lab-metric.ts'
import { emptyInput, sampleInput } from '../support/sample-report.ts'

const input = sampleInput()
const report = buildReport(input)
const trades = input.record.trips.map(reportTrade)
const pageOf = (text: string): Document => new DOMParser().parseFromString(text, 'text/html')

describe('the report', () => {
  test('is what its contract says, with every metric, also when nothing was traded', () => {
    expect(ReportView.parse(report)).toEqual(report)
    const empty = buildReport(emptyInput())
    expect(ReportView.parse(empty)).toEqual(empty)
    expect(empty).toMatchObject({ monteCarlo: null, deflated: null, minTrackRecordDays: null, excursions: [], holdingBins: [] })
    for (const one of [report, empty]) expect(Object.keys(one.metrics).toSorted()).toEqual(LAB_METRIC_IDS.toSorted())
  })

  test('that an older version stored is still what its contract says', () => {
    const stored = { ...report, passports: report.passports.map((passport) => ({ ...passport, bytes: 0 })) }
    const store = { run: () => ({ row: report.run, message: '' }), artefact: () => stored } as unknown as LabStoreReader
    expect(ReportView.parse(reportView(store, report.run.id))).toEqual(report)
  })

  test.each([0, 1, 2])('of %d steps is one too, and can be read', (count) => {
    const { record } = emptyInput()
    const { tsMs, equity, open, benchmark } = record.steps
    const steps = {
      tsMs: tsMs.slice(0, count),
      equity: equity.slice(0, count),
      open: open.slice(0, count),
      benchmark: benchmark.slice(0, count),
    }
    const short = buildReport({ ...emptyInput(), record: { ...record, steps } })
    expect(ReportView.parse(short)).toEqual(short)
    expect(reportHtml(short, [])).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('is the same each time', () => {
    expect(reportJson(buildReport(sampleInput()), trades)).toBe(reportJson(report, trades))
    expect(reportHtml(buildReport(sampleInput()), trades)).toBe(reportHtml(report, trades))
  })

  test('adds up: months to the account, groups to the trades, steps to the net', () => {
    const months = report.months.reduce((total, { netPnl }) => total + netPnl, 0)
    expect(months).toBeCloseTo(report.metrics['net_pnl'] ?? Number.NaN, 6)
    const growth = report.months.reduce((product, { totalReturn }) => product * (1 + totalReturn), 1)
    expect(growth - 1).toBeCloseTo(report.metrics['total_return'] ?? Number.NaN, 9)
    const { gross, fees, funding, slippage, net } = report.costs
    expect(gross + fees + funding + slippage).toBeCloseTo(net, 6)
    expect(net).toBe(report.metrics['net_pnl'])
    for (const by of ['strategy', 'instrument', 'side', 'regime', 'exit', 'hour', 'weekday', 'month'] as const) {
      expect(
        report.groups[by].reduce((total, row) => total + row.trades, 0),
        by,
      ).toBe(trades.length)
      expect(
        report.groups[by].reduce((total, row) => total + row.netPnl, 0),
        by,
      ).toBeCloseTo(net, 6)
    }
    for (const bins of [report.rBins, report.maeBins, report.mfeBins, report.holdingBins])
      expect(bins.reduce((total, { count }) => total + count, 0)).toBe(trades.length)
  })

  test('takes warnings and the deflation from the search it came from', () => {
    expect(report.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['in_sample', 'parameter_at_edge', 'trade_in_gap', 'short_warm_up']),
    )
    expect(report.deflated?.trials).toBe(120)
    expect(report.deflated?.probability).toBeLessThan(0.95)
    const own = buildReport({ ...input, search: null })
    expect(own.deflated).toBeNull()
    expect(own.warnings.map(({ code }) => code)).not.toContain('in_sample')
  })

  test('asks the data for the warm-up that the spec wants', () => {
    const longer = input.passports.map((passport) => ({ ...passport, fromMs: passport.fromMs - 31 * 86_400_000 }))
    expect(buildReport({ ...input, passports: longer }).warnings.map(({ code }) => code)).not.toContain('short_warm_up')
  })
})

describe('the HTML file', () => {
  const page = pageOf(reportHtml(report, trades))

  test('has no script, loads nothing, and forbids both', () => {
    expect(page.querySelectorAll('script, link, img, iframe, object, embed, form, base, [src], [href], a')).toHaveLength(0)
    expect(page.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content')).toContain("default-src 'none'")
    expect(reportHtml(report, trades)).not.toMatch(/https?:|url\(|@import/)
  })

  test('shows the figures, each with its formula, the doctor, the months and the trades', () => {
    const text = page.body.textContent
    expect(page.querySelectorAll('.metrics tr')).toHaveLength(LAB_METRIC_IDS.length)
    expect(page.querySelectorAll('.doctor li')).toHaveLength(report.warnings.length)
    expect(page.querySelectorAll('.months tbody tr')).toHaveLength(2)
    expect(text).toContain('mean of daily returns ÷ their sample standard deviation × √365')
    expect(text).toContain('binanceusdm|BTC/USDT:USDT|candles|1h')
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object|null R/)
    expect(page.querySelectorAll('svg').length).toBe(8)
  })

  test('also when nothing was traded', () => {
    const text = reportHtml(buildReport(emptyInput()), [])
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
    expect(pageOf(text).body.textContent).toContain('Nothing was traded')
  })

  test('a hostile title, note, strategy, reason or series is text', () => {
    const hostile = `</title></style><script>alert(1)</script><img src=x onerror="alert(1)">'"&amp;`
    const run = { ...report.run, title: hostile, note: hostile, playbookId: hostile, codeVersion: hostile, instruments: [hostile] }
    const rows = report.groups.strategy.map((row) => ({ ...row, key: hostile }))
    const bad = {
      ...report,
      run,
      spec: { ...report.spec, playbook: hostile, files: [{ name: hostile, source: 'long' }] },
      groups: { ...report.groups, strategy: rows },
      warnings: [{ code: hostile, severity: 'info' as const, title: hostile, detail: hostile }],
      passports: report.passports.map((passport) => ({ ...passport, id: hostile, contentHash: hostile })),
    }
    const trade = { ...trades[0], exitReason: hostile, regime: hostile, strategyId: hostile } as ReportTrade
    const found = pageOf(reportHtml(bad, [trade]))
    expect(found.querySelectorAll('script, img')).toHaveLength(0)
    expect(
      [...found.querySelectorAll('*')].flatMap((element) => element.getAttributeNames()).filter((name) => name.startsWith('on')),
    ).toEqual([])
    expect(found.title).toBe(hostile)
    expect(found.querySelector('h1')?.textContent).toBe(hostile)
    expect(found.querySelector('.note')?.textContent).toBe(hostile)
    expect(found.querySelector('.groups td')?.textContent).toBe(hostile)
    expect(found.querySelector('pre')?.textContent).not.toContain('long')
  })

  test('lists the newest trades of very many, and says so', () => {
    const [first] = trades
    if (first === undefined) throw new Error('the sample traded nothing')
    const many = Array.from({ length: TRADES_SHOWN_MAX + 500 }, (_, i) => ({ ...first, exitReason: `exit ${i}` }))
    const list = pageOf(reportHtml(report, many)).body.textContent
    expect(list).toContain('The newest 1,000; 500 before them are in the CSV export.')
    expect([list.includes('exit 499 '), list.includes('exit 1499')]).toEqual([false, true])
  })
})

describe('templates', () => {
  test('escape text, take markup as it is, and join lists', () => {
    expect(html`<b title="${'a"b'}">${'<&>'}${1}${[html`<i>x</i>`, html`y`]}</b>`.text).toBe(
      '<b title="a&quot;b">&lt;&amp;&gt;1<i>x</i>y</b>',
    )
  })
})

describe('axes', () => {
  const labels = (axis: { ticks: readonly { label: unknown }[] }) => axis.ticks.map(({ label }) => label)

  test('have round ticks inside the values, and keep a round end where it is', () => {
    const axis = valueAxis({ min: 0, max: 93 }, 4, String)
    expect([axis.min, labels(axis)]).toEqual([0, ['0', '25', '50', '75']])
    expect(axis.max).toBeCloseTo(93 * 1.04, 9)
    expect(labels(valueAxis({ min: -1, max: 6 }, 5, String))).toEqual(['0', '2', '4', '6'])
  })

  test('find room for a single value', () => {
    for (const value of [0, 7, -3]) {
      const { min, max } = valueAxis({ min: value, max: value }, 4, String)
      expect([min < value, max > value]).toEqual([true, true])
    }
  })

  test('of time name months, days or hours as there is room', () => {
    const from = Date.UTC(2025, 10, 20)
    const over = (days: number) => labels(timeAxis({ min: from, max: from + days * 86_400_000 }, 6))
    expect(over(400)).toEqual(['2026-01', '2026-04', '2026-07', '2026-10'])
    expect(over(5).slice(0, 2)).toEqual(['2025-11-20', '2025-11-21'])
    expect(over(1).slice(0, 2)).toEqual(['11-20 00:00', '11-20 06:00'])
    expect(over(0)).toEqual(['11-20 00:00'])
  })
})

describe('the tables for other programs', () => {
  test('CSV has a line for each trade, and no cell is a formula', () => {
    const [first] = trades
    if (first === undefined) throw new Error('the sample traded nothing')
    const evil = { ...first, exitReason: '=HYPERLINK("http://x")', regime: '@SUM(A1)', voters: '+1,2' }
    const lines = reportCsv([first, evil]).split('\r\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toContain('positionId,instrumentId,strategyId')
    expect(lines[1]).toContain(`${first.entryPrice},${first.exitPrice},${first.openedMs}`)
    expect(lines[2]).toContain(`"'=HYPERLINK(""http://x"")"`)
    expect(lines[2]).toContain(`'@SUM(A1),"'+1,2"`)
    expect(reportCsv([]).split('\r\n')).toHaveLength(2)
  })

  test('JSON says what it is and gives everything back', () => {
    expect(JSON.parse(reportJson(report, trades))).toEqual({
      format: 'tradewright-report',
      version: 1,
      report: JSON.parse(JSON.stringify(report)),
      trades: JSON.parse(JSON.stringify(trades)),
    })
  })
})
