// Proves that what voters saw is drawn where it was: at the right candle, inside the price scale, with labels that do not cover each other, and
// only for the voters that are wanted.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChartTheme } from '../../src-renderer/charts/candle-chart-theme.ts'
import { drawAreas, drawLines, type PaneScale } from '../../src-renderer/charts/evidence-draw.ts'
import {
  candleIndexAt,
  type Evidence,
  type EvidenceGroup,
  evidenceRange,
  LABEL_HEIGHT,
  placeLabels,
  profileBars,
  scaleWith,
} from '../../src-renderer/charts/evidence-shapes.ts'
import {
  ALL_EVIDENCE,
  drawablesOf,
  overlayOf,
  SIGNAL_VALUES,
  shownEvidence,
  toggleChosen,
  toggleShown,
} from '../../src-renderer/features/inspector/trace-evidence.ts'
import { decisionDetail } from '../support/decision-views.ts'

const MINUTE = 60_000
const times = Array.from({ length: 10 }, (_, k) => 1_000_000 + k * MINUTE)

describe('the candle of a time', () => {
  it.each([
    ['the time it opened', 1_000_000 + 3 * MINUTE, 3],
    ['a time within it', 1_000_000 + 3.5 * MINUTE, 3.5],
    ['a time before all', 1_000_000 - 2 * MINUTE, -2],
    ['a time after all', 1_000_000 + 12 * MINUTE, 12],
  ])('is found for %s', (_, ms, index) => {
    expect(candleIndexAt(times, ms)).toBeCloseTo(index, 9)
  })
  it('is the one before a hole in the candles', () => {
    expect(Math.floor(candleIndexAt([0, MINUTE, 10 * MINUTE], 5 * MINUTE) ?? -1)).toBe(1)
  })
  it('is unknown without candles', () => {
    expect(candleIndexAt([], 5)).toBeNull()
  })
  it('is the last that had opened, at any time and with any holes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 0, max: 500 }),
        (minutes, at) => {
          const open = minutes.toSorted((a, b) => a - b)
          fc.pre(at >= (open[0] ?? 0) && at <= (open.at(-1) ?? 0))
          expect(Math.floor(candleIndexAt(open, at) ?? -1)).toBe(open.findLastIndex((ms) => ms <= at))
        },
      ),
    )
  })
})

const group = (...items: Evidence[]): EvidenceGroup => ({ voter: 'v', color: 'line2', items })
const profile = (volumes: number[]): Extract<Evidence, { kind: 'profile' }> => ({
  kind: 'profile',
  label: '24 h',
  fromMs: 0,
  toMs: 1,
  low: 100,
  step: 2,
  volumes,
  pointOfControl: 103,
  valueLow: 102,
  valueHigh: 106,
})

describe('the price scale', () => {
  it('reaches over every kind of evidence', () => {
    const items: Evidence[] = [
      { kind: 'level', label: 'l', price: 90, fromMs: 0 },
      { kind: 'zone', label: 'z', fromMs: 0, toMs: 1, low: 95, high: 99 },
      { kind: 'path', label: 'p', points: [{ ms: 0, price: 120 }] },
      { kind: 'mark', label: 'm', ms: 0, price: 101 },
      { kind: 'features', label: 'f', names: ['ema_21'] },
    ]
    expect(evidenceRange([group(...items)])).toEqual({ low: 90, high: 120 })
    expect(evidenceRange([group(profile([1, 2, 3, 4]))])).toEqual({ low: 100, high: 108 })
    expect(evidenceRange([group({ kind: 'path', label: 'p', points: [] })])).toBeNull()
  })
  it('holds all of it when a voter is looked at alone, and keeps the candles tall when many are', () => {
    const candles = { low: 100, high: 110 }
    expect(scaleWith(candles, { low: 50, high: 104 }, true)).toEqual({ low: 50, high: 110 })
    expect(scaleWith(candles, { low: 50, high: 200 }, false)).toEqual({ low: 90, high: 120 })
    expect(scaleWith(candles, null, true)).toEqual(candles)
  })
})

describe('a volume profile', () => {
  it('scales its bars by the largest and knows the value area', () => {
    const bars = profileBars(profile([5, 10, 0, 2.5]))
    expect(bars.map(({ share }) => share)).toEqual([0.5, 1, 0, 0.25])
    expect(bars.map(({ inValueArea }) => inValueArea)).toEqual([false, true, true, false])
  })
  it('draws nothing for volumes of zero', () => {
    expect(profileBars(profile([0, 0])).every(({ share }) => share === 0)).toBe(true)
  })
})

describe('labels', () => {
  const label = fc.record({
    text: fc.constant('x'),
    color: fc.constant('line2' as const),
    x: fc.integer({ min: -50, max: 700 }),
    y: fc.integer({ min: -20, max: 320 }),
    width: fc.integer({ min: 10, max: 120 }),
  })
  it('stay inside and do not cover each other while there is room', () => {
    fc.assert(
      fc.property(fc.array(label, { maxLength: 12 }), (labels) => {
        const placed = placeLabels(labels, { width: 600, height: 300 })
        expect(placed).toHaveLength(labels.length)
        for (const [index, one] of placed.entries()) {
          expect(one.x >= 0 && one.x + one.width <= 600).toBe(true)
          expect(one.y >= LABEL_HEIGHT / 2 && one.y <= 300 - LABEL_HEIGHT / 2).toBe(true)
          for (const other of placed.slice(index + 1))
            expect(one.x >= other.x + other.width || other.x >= one.x + one.width || Math.abs(one.y - other.y) >= LABEL_HEIGHT).toBe(true)
        }
      }),
    )
  })
})

/** Records where a canvas was drawn on. */
function canvas() {
  const drawn: { call: string; at: number[] }[] = []
  const record =
    (call: string) =>
    (...at: unknown[]) =>
      void drawn.push({ call, at: at.filter((value) => typeof value === 'number') })
  const calls = ['fillRect', 'strokeRect', 'moveTo', 'lineTo', 'arc', 'beginPath', 'stroke', 'fillText', 'strokeText', 'setLineDash']
  const context = { ...Object.fromEntries(calls.map((call) => [call, record(call)])), measureText: () => ({ width: 30 }) }
  return { context: context as unknown as CanvasRenderingContext2D, drawn } // Only what is drawn with.
}
const theme = { background: '#000', line2: '#fff', fontFamily: 'sans' } as unknown as ChartTheme // Only what is drawn with.
const scale: PaneScale = { width: 600, height: 300, halfBar: 2, x: (ms) => ms, y: (price) => 200 - price }

describe('drawing', () => {
  const zone: Evidence = { kind: 'zone', label: 'gap', fromMs: 100, toMs: 140, low: 50, high: 70 }
  it('fills a zone from the first to the last of its candles and from its low to its high', () => {
    const { context, drawn } = canvas()
    drawAreas([group(zone)], { context, theme, scale })
    expect(drawn.find(({ call }) => call === 'fillRect')?.at).toEqual([98, 130, 44, 20])
  })
  it('hangs a profile on the right edge, its longest bar no wider than the room left for it', () => {
    const { context, drawn } = canvas()
    drawAreas([group(profile([5, 10]))], { context, theme, scale })
    const bars = drawn.filter(({ call }) => call === 'fillRect').map(({ at }) => at)
    expect(bars).toHaveLength(2)
    for (const [left = 0, , width = 0] of bars) expect(left + width).toBe(600)
    expect(Math.max(...bars.map(([, , width = 0]) => width))).toBeCloseTo(96, 9)
  })
  it('names every shape once', () => {
    const { context, drawn } = canvas()
    const items: Evidence[] = [
      zone,
      { kind: 'level', label: 'low', price: 60, fromMs: 10 },
      { kind: 'mark', label: 'sweep', ms: 20, price: 40 },
      {
        kind: 'path',
        label: 'div',
        points: [
          { ms: 1, price: 2 },
          { ms: 3, price: 4 },
        ],
      },
      profile([1]),
      { kind: 'features', label: 'f', names: ['ema_21'] },
    ]
    drawLines([group(...items)], { context, theme, scale })
    // One each, and for the profile its title with POC, VAH and VAL.
    expect(drawn.filter(({ call }) => call === 'fillText')).toHaveLength(4 + 4)
  })
  it('draws nothing while the scale does not know where', () => {
    const { context, drawn } = canvas()
    const nowhere = { ...scale, x: () => null, y: () => null }
    drawAreas([group(zone, profile([1]))], { context, theme, scale: nowhere })
    drawLines([group(zone, { kind: 'level', label: 'l', price: 1, fromMs: 1 }, { kind: 'mark', label: 'm', ms: 1, price: 1 })], {
      context,
      theme,
      scale: nowhere,
    })
    expect(drawn.filter(({ call }) => call !== 'setLineDash')).toEqual([])
  })
})

describe('whose evidence is shown', () => {
  const { trace } = decisionDetail({ id: 'D1', openTimeMs: Date.UTC(2025, 4, 6), close: 94_000, outcome: 'executed' })
  const drawables = drawablesOf(trace)
  const names = drawables.map(({ voter }) => voter)

  it('is that of every voter that left something to draw, each in its own color', () => {
    expect(names).toEqual(['bb_squeeze', 'vwap_pullback', 'cvd', 'volume_profile', 'rsi_mr'])
    expect(new Set(drawables.map(({ color }) => color)).size).toBe(names.length)
    expect(shownEvidence(drawables, ALL_EVIDENCE)).toEqual({ voters: names, alone: false })
  })
  it('is that of the chosen voter alone, and of the pointed one before it', () => {
    const chosen = toggleChosen(ALL_EVIDENCE, 'cvd')
    expect(shownEvidence(drawables, chosen)).toEqual({ voters: ['cvd'], alone: true })
    expect(shownEvidence(drawables, { ...chosen, pointed: 'rsi_mr' })).toEqual({ voters: ['rsi_mr'], alone: true })
    expect(shownEvidence(drawables, { ...chosen, pointed: 'obi' })).toEqual({ voters: ['cvd'], alone: true })
    expect(toggleChosen(chosen, 'cvd').chosen).toBeNull()
  })
  it('can be switched one by one; switching on beside one that stands alone adds to it', () => {
    const without = toggleShown(drawables, ALL_EVIDENCE, 'cvd')
    expect(shownEvidence(drawables, without).voters).toEqual(names.filter((name) => name !== 'cvd'))
    expect(shownEvidence(drawables, toggleShown(drawables, without, 'cvd')).voters).toEqual(names)
    const alone = toggleChosen(ALL_EVIDENCE, 'cvd')
    expect(shownEvidence(drawables, toggleShown(drawables, alone, 'rsi_mr')).voters).toEqual(['cvd', 'rsi_mr'])
    expect(shownEvidence(drawables, toggleShown(drawables, alone, 'cvd')).voters).toEqual(names)
  })
  it('becomes shapes and lines; a feature the engine did not answer for is left out', () => {
    const shown = shownEvidence(drawables, toggleChosen(ALL_EVIDENCE, 'vwap_pullback'))
    const overlay = overlayOf(drawables, shown, new Map([['ema_55', [1, 2]]]))
    expect(overlay.alone).toBe(true)
    expect(overlay.groups.flatMap(({ items }) => items.map(({ kind }) => kind))).toEqual(['mark'])
    expect(overlay.lines.map(({ name, dashed }) => ({ name, dashed }))).toEqual([{ name: 'ema_55', dashed: true }])
  })
  it('falls back on values of a price’s size when no voter left anything', () => {
    const bare = { ...trace, signal: { ...trace.signal, votes: trace.signal.votes.map((vote) => ({ ...vote, evidence: [] })) } }
    const [only, ...others] = drawablesOf(bare)
    expect(others).toEqual([])
    expect(only?.voter).toBe(SIGNAL_VALUES)
    expect(only?.features).toContain('ema_21')
  })
})
