// Rows of a table: an item of the desk with its instrument. An unchanged item keeps its row, so that the table draws only what changed.
import type { Instrument } from '../../stores/desk-state.ts'

export type Row<T> = { readonly item: T; readonly instrument: Instrument | null }

const known = new WeakMap<object, Row<unknown>>()

export function rowsOf<T extends { readonly instrumentId: string }>(
  items: readonly T[],
  instruments: readonly Instrument[],
): readonly Row<T>[] {
  return items.map((item) => {
    const instrument = instruments.find(({ id }) => id === item.instrumentId) ?? null
    const before = known.get(item)
    // The row was stored under this very item, so it holds a T.
    if (before?.instrument === instrument) return before as Row<T>
    const row = { item, instrument }
    known.set(item, row)
    return row
  })
}
