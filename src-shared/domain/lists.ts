// What the language does to lists only by making another one.

/** Takes the item at this place out and keeps the order of the rest. Unlike `splice`, it makes no list of what it took. */
export function removeAt<T>(list: T[], at: number): void {
  for (let i = at + 1; i < list.length; i += 1) {
    const next = list[i]
    if (next !== undefined) list[i - 1] = next
  }
  list.pop()
}
