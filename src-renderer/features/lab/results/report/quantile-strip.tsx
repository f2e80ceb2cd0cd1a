type QuantileStripProps = {
  readonly title: string
  /** 5 %, 25 %, 50 %, 75 % and 95 %. */
  readonly quantiles: readonly number[]
  /** What really came out. */
  readonly actual: number | null
  readonly format: (value: number) => string
  /** In words, from the 5 % and the 95 % quantile. */
  readonly sentence: (low: string, high: string) => string
}

const NAMES = ['5 %', '25 %', 'median', '75 %', '95 %'] as const

/** Five quantiles on a line: the middle half as a box, the actual value as a diamond. */
export function QuantileStrip({ title, quantiles, actual, format, sentence }: QuantileStripProps) {
  const [low = 0, lower = 0, middle = 0, upper = 0, high = 0] = quantiles
  const ends = [low, high, ...(actual === null ? [] : [actual])]
  const [from, to] = [Math.min(...ends), Math.max(...ends)]
  const at = (value: number) => `${to === from ? 50 : ((value - from) / (to - from)) * 100}%`
  const width = (a: number, b: number) => `${to === from ? 0 : ((b - a) / (to - from)) * 100}%`
  const said = actual === null ? '' : `; this run ${format(actual)}`
  return (
    <div className="flex flex-col gap-1 p-2">
      <h3 className="text-xs font-normal text-muted">{title}</h3>
      <div
        role="img"
        aria-label={`${title}: ${quantiles.map((value, place) => `${NAMES[place]} ${format(value)}`).join(', ')}${said}`}
        className="relative mx-2 h-5"
      >
        <span className="absolute top-1/2 h-px -translate-y-1/2 bg-muted" style={{ left: at(low), width: width(low, high) }} />
        <span
          className="absolute inset-y-1 rounded-xs border border-accent bg-accent-soft"
          style={{ left: at(lower), width: `max(2px, ${width(lower, upper)})` }}
        />
        <span className="absolute inset-y-0.5 w-0.5 -translate-x-1/2 bg-accent" style={{ left: at(middle) }} />
        {actual !== null && (
          <span
            className="absolute top-1/2 size-2.5 -translate-x-1/2 -translate-y-1/2 rotate-45 border border-panel bg-fg"
            style={{ left: at(actual) }}
          />
        )}
      </div>
      <dl className="grid grid-cols-6 gap-1 text-xs">
        {quantiles.map((value, place) => (
          <div key={NAMES[place]} className="flex flex-col">
            <dt className="text-2xs text-muted">{NAMES[place]}</dt>
            <dd>{format(value)}</dd>
          </div>
        ))}
        <div className="flex flex-col">
          <dt className="text-2xs text-muted">◆ this run</dt>
          <dd className="font-semibold">{actual === null ? '—' : format(actual)}</dd>
        </div>
      </dl>
      <p className="text-xs text-muted">{sentence(format(low), format(high))}</p>
    </div>
  )
}
