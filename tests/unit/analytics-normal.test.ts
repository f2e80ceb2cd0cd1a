// Proves the normal distribution against tables: values of 40 digits by mpmath 1.3, rounded, and those printed in AS 241 itself.
import { expect, test } from 'vitest'
import { normalCdf, normalQuantile } from '../../src-main/core/analytics/normal.ts'

test.each([
  [-8, 6.22096057427178412e-16],
  [-3, 0.00134989803163009453],
  [-1, 0.158655253931457051],
  [0, 0.5],
  [0.5, 0.691462461274013104],
  [1, 0.841344746068542949],
  [1.96, 0.975002104851779564],
  [2.5, 0.993790334674223865],
  [5, 0.999999713348428121],
])('Φ(%f) is %f', (x, expected) => {
  expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(1e-14)
})

test.each([
  [0.5, 0],
  [0.25, -0.674489750196081743],
  [0.95, 1.64485362695147271],
  [0.975, 1.95996398454005424],
  [0.99, 2.3263478740408411],
  [0.001, -3.09023230616781354],
  [1e-20, -9.26234008979840757],
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
