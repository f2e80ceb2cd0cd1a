// Bytes as whole lines of text, some thousand at a time. A line has a bound, so a file of one endless line is refused after its first pieces.
import { TextDecoder } from 'node:util'
import { ImportFault } from './import-fault.ts'

/** Whole lines, the last line feed left out; `firstLine` counts from 1. */
export type LinePiece = { readonly text: string; readonly firstLine: number }

const LINE_CHARACTERS_MAX = 65_536
/** Characters that no text file has; a file of another kind shows one soon. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const NO_TEXT = /[\u0000-\u0008\u000e-\u001f]/

export async function* textLines(bytes: AsyncIterable<Buffer>, fileName: string): AsyncGenerator<LinePiece> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  let line = 1
  for await (const piece of bytes) {
    const text = rest + decoded(decoder, piece, { fileName, line })
    const end = text.lastIndexOf('\n')
    rest = text.slice(end + 1)
    if (rest.length > LINE_CHARACTERS_MAX)
      throw new ImportFault(
        `${fileName} line ${line + countOf(text, end)} is longer than ${LINE_CHARACTERS_MAX} characters: this is no table of market data`,
      )
    if (end < 0) continue
    yield { text: withoutReturns(text.slice(0, end)), firstLine: line }
    line += countOf(text, end)
  }
  const text = rest + decoded(decoder, undefined, { fileName, line })
  if (text !== '') yield { text: withoutReturns(text), firstLine: line }
}

/** Lines of Windows end with one character more. */
const withoutReturns = (text: string): string => (text.includes('\r') ? text.replaceAll('\r\n', '\n').replace(/\r$/, '') : text)

function decoded(decoder: TextDecoder, piece: Buffer | undefined, place: { fileName: string; line: number }): string {
  const text = decode(decoder, piece)
  if (text !== null && !NO_TEXT.test(text)) return text
  throw new ImportFault(`${place.fileName} holds bytes from line ${place.line} on that are no text: expected a CSV or JSON file in UTF-8`)
}
function decode(decoder: TextDecoder, piece: Buffer | undefined): string | null {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true })
  } catch {
    return null
  }
}

/** Line feeds up to and including this position. */
function countOf(text: string, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0 && at <= end; at = text.indexOf('\n', at + 1)) count += 1
  return count
}
