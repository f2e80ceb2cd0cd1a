// Proves that the preview of a moved stop shows the right distance and money, and that a stop which makes no sense cannot be sent.
import { expect, test } from 'vitest'
import { type EquityPoint, POINTS_MAX, sparklineOf, withPoint } from '../../src-renderer/features/desk/equity-trail.ts'
import { stopRisk, stopTextFromPrice } from '../../src-renderer/features/desk/stop-risk.ts'
import { FakeBridge } from '../support/fake-bridge.ts'

const { snapshot } = new FakeBridge({ minutes: 3000, ahead: 500 })
const [instrument] = snapshot.instruments
const [base] = snapshot.positions
if (!instrument || !base) throw new Error('an instrument and a position are expected')
const long = { ...base, side: 'long' as const, quantity: '0.5', entryPrice: '100', markPrice: 110, stopPrice: '95', liquidationPrice: 60 }
const short = { ...long, side: 'short' as const, entryPrice: '120', stopPrice: '125', liquidationPrice: 180 }

test('measures a long stop from the mark and from the entry', () => {
  const risk = stopRisk(long, instrument, '99')
  expect(risk?.distance).toBeCloseTo(0.1)
  expect(risk?.resultAtStop).toBeCloseTo(-0.5)
  expect(risk?.givenBack).toBeCloseTo(5.5)
  expect([risk?.fault, risk?.warning]).toEqual([null, null])
})

test('measures a short stop the other way round', () => {
  const risk = stopRisk(short, instrument, '121')
  expect(risk?.distance).toBeCloseTo(0.1)
  expect(risk?.resultAtStop).toBeCloseTo(-0.5)
  expect(risk?.fault).toBeNull()
})

test('refuses a stop that would trigger at once, or is not on the tick grid', () => {
  expect(stopRisk(long, instrument, '110')?.fault).toContain('below the mark')
  expect(stopRisk(short, instrument, '109')?.fault).toContain('above the mark')
  expect(stopRisk(long, instrument, '99.05')?.fault).toContain('tick, 0.1')
})

test('warns of more risk than now, and of a stop behind the liquidation price', () => {
  expect(stopRisk(long, instrument, '90')?.warning).toContain('risks more')
  expect(stopRisk(long, instrument, '59')?.warning).toContain('liquidation')
  expect(stopRisk(short, instrument, '181')?.warning).toContain('liquidation')
})

test.each(['', 'abc', '1e5', '-3', '0', 'NaN', '9,5'])('takes "%s" for no price', (text) =>
  expect(stopRisk(long, instrument, text)).toBeNull(),
)

test('puts a dragged stop on the tick nearer to the market', () => {
  expect(stopTextFromPrice(long, instrument, 99.0421)).toBe('99.1')
  expect(stopTextFromPrice(short, instrument, 121.0921)).toBe('121')
  expect(stopTextFromPrice(long, instrument, 99)).toBe('99')
})

test('thins a long equity trail, keeps its ends, and starts over when time jumps back', () => {
  let points: readonly EquityPoint[] = []
  for (let i = 0; i < 5000; i++) points = withPoint(points, { tsMs: i, equity: i })
  expect(points.length).toBeLessThanOrEqual(POINTS_MAX)
  expect([points[0]?.tsMs, points.at(-1)?.tsMs]).toEqual([0, 4999])
  expect(withPoint(points, { tsMs: 10, equity: 1 })).toHaveLength(1)
})

test('draws a flat and a rising equity without dividing by zero', () => {
  const flat = sparklineOf(
    [
      { tsMs: 0, equity: 100 },
      { tsMs: 1, equity: 100 },
    ],
    300,
    60,
  )
  expect(flat?.line).not.toContain('NaN')
  expect(sparklineOf([{ tsMs: 0, equity: 100 }], 300, 60)).toBeNull()
})
