// Where two pieces of plain data differ first, as a path and two texts.

export type FieldDifference = { readonly path: string; readonly left: string; readonly right: string }

const TEXT_LENGTH_MAX = 200
const textOf = (value: unknown): string => {
  const text = typeof value === 'bigint' ? String(value) : typeof value === 'string' ? value : JSON.stringify(value, bigIntText)
  return (text ?? 'nothing').slice(0, TEXT_LENGTH_MAX)
}
const bigIntText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)

/** Null when both are the same to the last bit. Fields are compared in the order of the left one, then those only the right one has. */
export function firstDifference(left: unknown, right: unknown, path = ''): FieldDifference | null {
  if (Object.is(left, right)) return null
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return { path: path === '' ? 'value' : path, left: textOf(left), right: textOf(right) }
  }
  const a = left as Readonly<Record<string, unknown>>
  const b = right as Readonly<Record<string, unknown>>
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference(a[name], b[name], path === '' ? name : `${path}.${name}`)
    if (found !== null) return found
  }
  return null
}
