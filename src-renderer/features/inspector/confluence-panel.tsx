import { formatNumber } from '../../format/numbers.ts'
import { wordsOf } from '../../format/words.ts'
import type { Adjustment, Confluence, Why } from './detail.ts'
import { type Waterfall, waterfallOf } from './waterfall.ts'
import { formatEstimate } from './why-format.ts'
import { WhyValues } from './why-values.tsx'

type ConfluencePanelProps = {
  readonly confluence: Confluence | null
  readonly adjustments: readonly Adjustment[]
  /** Values the strategy gave for the signal as a whole. */
  readonly why: Why
}

/** From the weighted vote over each adjustment to what was compared with the threshold, all bars on one scale. */
export function ConfluencePanel({ confluence, adjustments, why }: ConfluencePanelProps) {
  return (
    <>
      {confluence === null ? (
        <p className="px-2 py-2 text-xs text-muted">This strategy does not weigh votes against each other.</p>
      ) : (
        <Steps waterfall={waterfallOf(confluence, adjustments)} adjustments={adjustments} />
      )}
      {confluence === null && adjustments.map((adjustment) => <Plain key={adjustment.name} adjustment={adjustment} />)}
      <div className="flex flex-col gap-0.5 px-2 py-1.5">
        <h3 className="text-xs font-normal text-muted">The signal as a whole</h3>
        <WhyValues why={why} />
      </div>
    </>
  )
}

const GRID = 'grid grid-cols-[10rem_minmax(5rem,1fr)_4rem_4rem] items-center gap-x-2 border-b border-line px-2 py-1'

function Steps({ waterfall, adjustments }: { readonly waterfall: Waterfall; readonly adjustments: readonly Adjustment[] }) {
  const { start, steps, end, threshold, scale } = waterfall
  const bar = (from: number, to: number, look: string) => (
    <Bar from={from / scale} to={to / scale} threshold={threshold / scale} look={look} />
  )
  const passes = end >= threshold
  return (
    <ol aria-label="Confluence, step by step">
      <li className={GRID}>
        <span>Larger side − smaller side</span>
        {bar(0, start, 'bg-accent')}
        <span />
        <strong className="text-right">{formatNumber(start, 5)}</strong>
      </li>
      {steps.map(({ name, factor, before, after }, index) => (
        <li key={`${index} ${name}`}>
          <div className={`${GRID} border-b-0`}>
            <span className="truncate" title={wordsOf(name)}>
              {wordsOf(name)}
            </span>
            {bar(Math.min(before, after), Math.max(before, after), after >= before ? 'bg-up' : 'bg-down')}
            <span className="text-right text-xs text-muted">× {formatEstimate(factor)}</span>
            <span className={`text-right text-xs ${after === before ? 'text-muted' : after > before ? 'text-up' : 'text-down'}`}>
              {formatNumber(after - before, 4, { sign: true })}
            </span>
          </div>
          <div className="border-b border-line px-2 pb-1">
            <WhyValues why={adjustments[index]?.why ?? {}} />
          </div>
        </li>
      ))}
      <li className={`${GRID} bg-raised`}>
        <span className="font-semibold">Confluence</span>
        {bar(0, end, passes ? 'bg-up' : 'bg-warn')}
        <span className={`text-right text-xs font-medium ${passes ? 'text-up' : 'text-warn'}`}>{passes ? 'enough' : 'too weak'}</span>
        <strong className="text-right">{formatNumber(end, 5)}</strong>
      </li>
      <li className={GRID}>
        <span className="col-span-3 text-xs text-muted">Needed at least (the upright mark)</span>
        <span className="text-right text-xs">{formatNumber(threshold, 2)}</span>
      </li>
    </ol>
  )
}

type BarProps = { readonly from: number; readonly to: number; readonly threshold: number; readonly look: string }

/** A piece of the scale from 0 to 1, with the threshold on it. */
function Bar({ from, to, threshold, look }: BarProps) {
  return (
    <span aria-hidden className="relative block h-2.5 rounded-xs bg-hover">
      <span
        className={`absolute inset-y-0 rounded-xs ${look}`}
        style={{ left: `${from * 100}%`, width: `max(1px, ${(to - from) * 100}%)` }}
      />
      <span className="absolute -inset-y-1 w-0.5 bg-fg" style={{ left: `${threshold * 100}%` }} />
    </span>
  )
}

const Plain = ({ adjustment }: { readonly adjustment: Adjustment }) => (
  <div className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-2 py-1">
    <span>{wordsOf(adjustment.name)}</span>
    <strong>× {formatEstimate(adjustment.factor)}</strong>
    <WhyValues why={adjustment.why} />
  </div>
)
