// A seeded source of chance: the same seed gives the same market on every machine. The exchange shares no code with the desk that trades on it.

export type Random = {
  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number
  /** A fraction, 0 inclusive to 1 exclusive. */
  fraction(): number
  /** Standard normal, by the polar form of Box and Muller (Marsaglia and Bray, 1964). */
  normal(): number
}

const mix = (value: number): number => {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x21f0aaad)
  mixed ^= mixed >>> 15
  mixed = Math.imul(mixed, 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

/** SplitMix32: the finaliser "lowbias32" by Chris Wellons over a Weyl sequence (Steele, Lea and Flood, OOPSLA 2014). Not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const uint32 = (): number => {
    state = (state + 0x9e3779b9) | 0
    return mix(state)
  }
  const fraction = (): number => uint32() / 0x1_0000_0000
  const normal = (): number => {
    for (;;) {
      const u = 2 * fraction() - 1
      const v = 2 * fraction() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s)
    }
  }
  return { uint32, fraction, normal }
}

/** A whole number from 0 to 2^32 − 1 that depends on nothing but its two arguments. */
export const hashOf = (a: number, b: number): number => mix((mix(a | 0) + Math.imul(b | 0, 0x9e3779b9)) | 0)

/** A seed of its own for each name, so that adding an instrument leaves the walks of the others alone. */
export const seedOf = (seed: number, name: string): number =>
  Array.from(name).reduce((hash, char) => hashOf(hash, char.charCodeAt(0)), seed | 0)
