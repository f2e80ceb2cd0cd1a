// Proves the normal distribution against tables: the nearest float64 to values of 40 digits by mpmath 1.3, among them those printed in AS 241.
import { expect, test } from 'vitest'
import { normalCdf, normalQuantile } from '../../src-main/core/analytics/normal.ts'

test.each([
  [-8, 6.220960574271784e-16],
  [-3, 0.0013498980316300946],
  [-1, 0.15865525393145705],
  [0, 0.5],
  [0.5, 0.6914624612740131],
  [1, 0.8413447460685429],
  [1.96, 0.9750021048517795],
  [2.5, 0.9937903346742238],
  [5, 0.9999997133484281],
])('Φ(%f) is %f', (x, expected) => {
  expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(1e-14)
})

test.each([
  [0.5, 0],
  [0.25, -0.6744897501960817],
  [0.95, 1.6448536269514726],
  [0.975, 1.9599639845400543],
  [0.99, 2.326347874040841],
  [0.001, -3.0902323061678136],
  [1e-20, -9.262340089798407],
])('Φ⁻¹(%f) is %f', (p, expected) => {
  expect(Math.abs(normalQuantile(p) - expected)).toBeLessThan(1e-14)
})

test('one undoes the other, and both are odd about the middle', () => {
  for (let p = 0.001; p < 1; p += 0.0037) {
    expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-14)
    expect(Math.abs(normalQuantile(p) + normalQuantile(1 - p))).toBeLessThan(1e-12)
  }
})

test('the ends are infinite, what lies outside is no number', () => {
  expect([normalQuantile(0), normalQuantile(1), normalQuantile(-0.1), normalQuantile(Number.NaN)]).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NaN,
    Number.NaN,
  ])
  expect([normalCdf(-50), normalCdf(50), normalCdf(Number.NaN)]).toEqual([0, 1, Number.NaN])
})
