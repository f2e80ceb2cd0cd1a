// A bounded memory of names: the oldest is forgotten for the newest.

/** A ring. A Map knows its oldest key too, but to find it walks over everything that was deleted before. */
export class RecentNames<T extends string> {
  readonly #names: T[] = []
  readonly #capacity: number
  #oldest = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }
  /** Takes a new name in. Returns the oldest when that falls out, else null. */
  push(name: T): T | null {
    if (this.#names.length < this.#capacity) {
      this.#names.push(name)
      return null
    }
    const dropped = this.#names[this.#oldest] ?? null
    this.#names[this.#oldest] = name
    this.#oldest = (this.#oldest + 1) % this.#capacity
    return dropped
  }
}

/** Which names have been seen lately. */
export class RecentSet<T extends string> {
  readonly #known = new Set<T>()
  readonly #names: RecentNames<T>

  constructor(capacity: number) {
    this.#names = new RecentNames(capacity)
  }
  has(name: T): boolean {
    return this.#known.has(name)
  }
  /** True the first time a name is seen. */
  claim(name: T): boolean {
    // One look instead of two: the set is large, and most names are new.
    const before = this.#known.size
    if (this.#known.add(name).size === before) return false
    const dropped = this.#names.push(name)
    if (dropped !== null) this.#known.delete(dropped)
    return true
  }
}
