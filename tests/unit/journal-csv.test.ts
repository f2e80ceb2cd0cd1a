// Proves that an exported cell is read back as what it was, and that no cell runs as a formula.
import { expect, test } from 'vitest'
import { type Cell, csvCell, csvLine } from '../../src-main/adapters/journal/csv.ts'

test.each<[Cell, string]>([
  ['plain', 'plain'],
  ['', ''],
  [null, ''],
  [12.5, '12.5'],
  [false, 'false'],
  ['a,b', '"a,b"'],
  ['he said "no"', '"he said ""no"""'],
  ['two\nlines', '"two\nlines"'],
  ['-12.5', '-12.5'],
  [-3, '-3'],
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-1+cmd|x', "'-1+cmd|x"],
  ['@sum(A1)', "'@sum(A1)"],
  ['\t=1', "'\t=1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
])('%j becomes %j', (cell, written) => {
  expect(csvCell(cell)).toBe(written)
})

test('a line ends with CRLF', () => {
  expect(csvLine(['a', null, 1])).toBe('a,,1\r\n')
})
