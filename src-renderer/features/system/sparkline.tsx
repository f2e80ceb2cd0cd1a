import { useMemo } from 'react'
import { SAMPLES_MAX } from './use-status-history.ts'
import { sparklinePath } from './sparkline-path.ts'

const BOX = { width: 160, height: 28, samplesMax: SAMPLES_MAX }

/** The last five minutes of one figure, from zero up. The figure itself stands beside it in text. */
export function Sparkline({ samples }: { readonly samples: readonly number[] }) {
  const path = useMemo(() => sparklinePath(samples, BOX), [samples])
  return (
    <svg viewBox={`0 -1 ${BOX.width} ${BOX.height + 2}`} preserveAspectRatio="none" className="h-7 w-full" aria-hidden>
      <path d={`M0 ${BOX.height}H${BOX.width}`} className="fill-none stroke-line" vectorEffect="non-scaling-stroke" />
      <path d={path} className="fill-none stroke-accent" strokeWidth={1.25} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
