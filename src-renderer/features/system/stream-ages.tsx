import { formatNumber } from '../../format/numbers.ts'
import type { LiveHealth } from '../../stores/live-store.ts'

/** Each stream of the venue with how long it has been silent, against how long it may be. */
export function StreamAges({ streams }: Pick<LiveHealth, 'streams'>) {
  if (streams.length === 0) return <p className="text-xs text-muted">No stream is open.</p>
  return (
    <ul aria-label="Streams" className="grid grid-cols-2 gap-x-4 gap-y-0.5">
      {streams.map(({ name, ageMs, ageMsMax }) => {
        const late = ageMs > ageMsMax
        const share = ageMsMax > 0 ? Math.min(1, ageMs / ageMsMax) : 1
        return (
          <li
            key={name}
            className="flex items-center gap-2 text-xs"
            title={`Silent for ${seconds(ageMs)}, may be for ${seconds(ageMsMax)}`}
          >
            <span className="w-24 flex-none truncate text-muted">{name}</span>
            <span className="block h-1 min-w-8 flex-1 overflow-hidden rounded-full bg-hover" aria-hidden>
              <span className={`block h-full ${late ? 'bg-danger' : 'bg-muted'}`} style={{ width: `${share * 100}%` }} />
            </span>
            <span className={`w-24 flex-none text-right ${late ? 'font-semibold text-down' : ''}`}>
              {seconds(ageMs)} / {seconds(ageMsMax)}
              {late && <span className="tw-sr-only">, late</span>}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

const seconds = (ms: number): string => `${formatNumber(ms / 1000, ms < 10_000 ? 1 : 0)} s`
