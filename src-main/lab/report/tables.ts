// A report and its trades for other programs.
import { csvLine } from '../../adapters/journal/csv.ts'
import type { Report } from './build-report.ts'
import type { ReportTrade } from './trades.ts'

const COLUMNS = [
  'positionId',
  'instrumentId',
  'strategyId',
  'decisionId',
  'side',
  'quantity',
  'entryPrice',
  'exitPrice',
  'openedMs',
  'closedMs',
  'grossPnl',
  'fees',
  'funding',
  'netPnl',
  'rMultiple',
  'exitReason',
  'secondsUnprotected',
  'regime',
  'voters',
  'decisionPrice',
  'maeR',
  'mfeR',
] as const satisfies readonly (keyof ReportTrade)[]

/** One line for each round trip under a line of names; no cell is a formula to a spreadsheet. */
export const reportCsv = (trades: readonly ReportTrade[]): string =>
  [csvLine(COLUMNS), ...trades.map((trade) => csvLine(COLUMNS.map((column) => trade[column])))].join('')

export const REPORT_FORMAT = 'tradewright-report'
export const REPORT_VERSION = 1

/** Everything as one JSON text. */
export const reportJson = (report: Report, trades: readonly ReportTrade[]): string =>
  `${JSON.stringify({ format: REPORT_FORMAT, version: REPORT_VERSION, report, trades }, null, 2)}\n`
