// The index as a half circle from fear to greed. The figure and its word stand beside it; the drawing only repeats them.

const [WIDTH, HEIGHT, RADIUS] = [84, 44, 36]
/** Ends of the classes, as `fearGreedWord` has them. */
const BANDS = [
  { to: 25, color: 'stroke-down' },
  { to: 45, color: 'stroke-warn' },
  { to: 55, color: 'stroke-muted' },
  { to: 75, color: 'stroke-up opacity-60' },
  { to: 100, color: 'stroke-up' },
] as const

/** A place on the half circle: 0 is left, 100 is right. */
function placeOf(index: number, radius: number): string {
  const angle = Math.PI * (1 - Math.min(100, Math.max(0, index)) / 100)
  return `${(WIDTH / 2 + radius * Math.cos(angle)).toFixed(2)} ${(HEIGHT - 4 - radius * Math.sin(angle)).toFixed(2)}`
}

export function FearGreedGauge({ index }: { readonly index: number | null }) {
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="h-11 w-21 flex-none" aria-hidden>
      {BANDS.map(({ to, color }, i) => {
        const from = BANDS[i - 1]?.to ?? 0
        return (
          <path
            key={to}
            d={`M${placeOf(from + 0.8, RADIUS)}A${RADIUS} ${RADIUS} 0 0 1 ${placeOf(to - 0.8, RADIUS)}`}
            className={`fill-none ${color}`}
            strokeWidth={5}
          />
        )
      })}
      {index !== null && (
        <>
          <path
            d={`M${WIDTH / 2} ${HEIGHT - 4}L${placeOf(index, RADIUS - 6)}`}
            className="stroke-fg"
            strokeWidth={1.75}
            strokeLinecap="round"
          />
          <circle cx={WIDTH / 2} cy={HEIGHT - 4} r={2.5} className="fill-fg" />
        </>
      )}
    </svg>
  )
}
