// A seeded source of chance: the same seed gives the same numbers on every machine.

export type Random = {
  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number
  /** A fraction, 0 inclusive to 1 exclusive, with 32 random bits. */
  fraction(): number
  /** A whole number from `min` to `max`, both inclusive. */
  integer(min: number, max: number): number
  /** The seed of a generator that goes on where this one stands. */
  seed(): number
}

/**
 * SplitMix32: the 32-bit finaliser "lowbias32" by Chris Wellons over a Weyl sequence, the construction of
 * Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014). Not for secrets.
 * Any finite number may be the seed; its fraction is dropped.
 */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const uint32 = (): number => {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const fraction = (): number => uint32() / 0x1_0000_0000
  return { uint32, fraction, integer: (min, max) => min + Math.floor(fraction() * (max - min + 1)), seed: () => state }
}
