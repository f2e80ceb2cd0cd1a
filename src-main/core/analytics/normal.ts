// The standard normal distribution and its inverse, to nearly the last bit of a float64.

/** Coefficients of a rational function, the highest power last. */
type Coefficients = readonly number[]

/** Σ cᵢ xⁱ by Horner's scheme. */
const polynomial = (coefficients: Coefficients, x: number): number => coefficients.reduceRight((value, c) => value * x + c, 0)

// W. J. Cody, Rational Chebyshev Approximations for the Error Function, Mathematics of Computation 23 (1969), in the form for the normal
// integral of Algorithm 715 (ACM TOMS 19, 1993).
const NEAR_TOP: Coefficients = [18154.98125334356, 1067.6894854603709, 161.02823106855587, 2.2352520354606837, 0.06568233791820745]
const NEAR_BOTTOM: Coefficients = [45507.78933502673, 10260.932208618979, 976.0985517377767, 47.202581904688245, 1]
const MIDDLE_TOP: Coefficients = [
  9842.714838383978, 11602.65143764735, 6848.190450536283, 2494.5375852903726, 597.2702763948002, 93.50665613217785, 8.883149794388377,
  0.39894151208813466, 1.0765576773720192e-8,
]
const MIDDLE_BOTTOM: Coefficients = [
  19685.429676859992, 38912.00328609327, 34900.95272114598, 18615.571640885097, 6485.558298266761, 1519.3775994075547, 235.387901782625,
  22.266688044328117, 1,
]
const FAR_TOP: Coefficients = [
  0.000029112874951168793, 0.0014216191932278934, 0.022235277870649807, 0.12740116116024736, 0.215898534057957, 0.023073441764940174,
]
const FAR_BOTTOM: Coefficients = [
  0.00007297515550839662, 0.0037823963320275824, 0.06598813786892856, 0.4682382124808651, 1.284260096144911, 1,
]
const NEAR_MAX = 0.67448975
const MIDDLE_MAX = Math.sqrt(32)
const DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI)

/** Φ(x): the probability that a standard normal variable is at most x. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  const distance = Math.abs(x)
  if (distance <= NEAR_MAX) return 0.5 + (x * polynomial(NEAR_TOP, x * x)) / polynomial(NEAR_BOTTOM, x * x)
  const tail = upperTail(distance)
  return x > 0 ? 1 - tail : tail
}

/** 1 − Φ(x) for x above 0.67. */
function upperTail(x: number): number {
  // exp(−x²/2) with the square split, so that its rounding is not blown up by the exponential.
  const coarse = Math.trunc(x * 16) / 16
  const density = Math.exp((-coarse * coarse) / 2) * Math.exp((-(x - coarse) * (x + coarse)) / 2)
  if (density === 0) return 0
  if (x <= MIDDLE_MAX) return (density * polynomial(MIDDLE_TOP, x)) / polynomial(MIDDLE_BOTTOM, x)
  const inverse = 1 / (x * x)
  return (density * (DENSITY_AT_ZERO - (inverse * polynomial(FAR_TOP, inverse)) / polynomial(FAR_BOTTOM, inverse))) / x
}

// M. J. Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution, Applied Statistics 37 (1988), PPND16.
const CENTRE_TOP: Coefficients = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813,
  2509.0809287301227,
]
const CENTRE_BOTTOM: Coefficients = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854,
]
const SIDE_TOP: Coefficients = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
]
const SIDE_BOTTOM: Coefficients = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345,
  1.0507500716444169e-9,
]
const END_TOP: Coefficients = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784,
  0.000027115555687434876, 2.0103343992922881e-7,
]
const END_BOTTOM: Coefficients = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548, 1.421511758316446e-7,
  2.0442631033899397e-15,
]

/** Φ⁻¹(p): the value that a standard normal variable stays below with probability p. ∓Infinity for 0 and 1, NaN outside. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r)
  }
  const tail = Math.min(p, 1 - p)
  const size = tail === 0 ? Number.POSITIVE_INFINITY : sideQuantile(Math.sqrt(-Math.log(tail)))
  return q < 0 ? -size : size
}

const sideQuantile = (r: number): number =>
  r <= 5 ? polynomial(SIDE_TOP, r - 1.6) / polynomial(SIDE_BOTTOM, r - 1.6) : polynomial(END_TOP, r - 5) / polynomial(END_BOTTOM, r - 5)
