// Tables as text for other programs.

export type Cell = string | number | boolean | null

const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/

/**
 * One field after RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe in front, which shows it as it is
 * (OWASP, CSV Injection); plain negative numbers stay numbers.
 */
export function csvCell(cell: Cell): string {
  if (cell === null) return ''
  const plain = String(cell)
  const safe = /^[=+\-@\t\r]/.test(plain) && !PLAIN_NUMBER.test(plain) ? `'${plain}` : plain
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One record after RFC 4180, with its CRLF. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`
