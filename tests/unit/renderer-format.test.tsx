// Proves that figures are shown with the digits of their instrument, a true minus sign, and an em dash for what is not there.
import { expect, test } from 'vitest'
import { feedStatus } from '../../src-renderer/app/feed-status.ts'
import {
  formatBytes,
  formatCompact,
  formatMoney,
  formatNumber,
  formatPercent,
  formatPrice,
  formatQuantity,
  formatR,
  toneOf,
} from '../../src-renderer/format/numbers.ts'
import { speedLabel } from '../../src-renderer/format/speeds.ts'
import { formatAge, formatDuration, formatUtc } from '../../src-renderer/format/times.ts'
import { FakeBridge } from '../support/fake-bridge.ts'

test.each([
  [formatPrice('94250.5', { tickSize: '0.1' }), '94,250.5'],
  [formatPrice(94_250, { tickSize: '0.10' }), '94,250.0'],
  [formatPrice(0.012345, { tickSize: '0.000001' }), '0.012345'],
  [formatPrice(1830.25), '1,830.25'],
  [formatPrice(null, { tickSize: '0.1' }), '—'],
  [formatPrice(Number.NaN), '—'],
  [formatQuantity('0.021', { lotSize: '0.001' }), '0.021'],
  [formatQuantity('12', { lotSize: '0.1' }), '12.0'],
  [formatMoney(-1204.5), '−1,204.50'],
  [formatMoney(12, { sign: true }), '+12.00'],
  [formatMoney(-0.001, { sign: true }), '0.00'],
  [formatMoney(1.005), '1.01'],
  [formatMoney(-1234567.895), '−1,234,567.90'],
  [formatNumber(5e-7, 6), '0.000001'],
  [formatNumber(999.5, 0), '1,000'],
  [formatPercent(0.0124, { sign: true }), '+1.24%'],
  [formatPercent(-0.5, { decimals: 0 }), '−50%'],
  [formatR(1.4167), '+1.42 R'],
  [formatR(null), '—'],
  [formatCompact(1_240), '1.24K'],
  [formatCompact(-3_100_000), '−3.10M'],
  [formatBytes(13_000_000), '12.4 MiB'],
  [formatBytes(512), '512 B'],
  [speedLabel(0), 'max'],
  [speedLabel(60), '60×'],
])('shows %s', (shown, expected) => expect(shown).toBe(expected))

test.each([
  [formatUtc(Date.UTC(2025, 4, 9, 7, 3, 1)), '2025-05-09 07:03:01'],
  [formatUtc(Date.UTC(2025, 4, 9, 7, 3, 1), 'minute'), '2025-05-09 07:03'],
  [formatUtc(null), '—'],
  [formatUtc(9e15), '—'],
  [formatDuration(42_000), '42s'],
  [formatDuration(187_000), '3m 07s'],
  [formatDuration(18_120_000), '5h 02m'],
  [formatDuration(273_600_000), '3d 04h'],
  [formatDuration(-5), '0s'],
  [formatAge(400), 'now'],
  [formatAge(61_000), '1m'],
  [formatAge(172_800_000), '2d'],
])('shows the time %s', (shown, expected) => expect(shown).toBe(expected))

test('gives zero and missing values no colour', () => {
  expect([toneOf(0), toneOf('0.00'), toneOf(null), toneOf(-1), toneOf('2')]).toEqual(['neutral', 'neutral', 'neutral', 'down', 'up'])
})

const { snapshot } = new FakeBridge({ minutes: 3000, ahead: 500 })
const desk = { feed: snapshot.feed, playback: snapshot.playback, marketMs: snapshot.marketMs, connected: true }

test('shows market time and speed of a recording, never an age', () => {
  const status = feedStatus(desk, Date.UTC(2030, 0, 1))
  expect(status).toMatchObject({ tone: 'up', word: 'Recorded 60×', stale: false })
  expect(status.detail).toBe(`${formatUtc(snapshot.playback.positionMs, 'minute')} UTC`)
  expect(feedStatus({ ...desk, playback: { ...snapshot.playback, playing: false } }, 0)).toMatchObject({
    tone: 'muted',
    word: 'Recorded, paused',
  })
})

test('shows the age of live data, and calls stale, failed and disconnected data stale', () => {
  const live = { ...snapshot.feed, kind: 'live' as const, lastEventMs: 10_000 }
  expect(feedStatus({ ...desk, feed: live }, 14_000)).toMatchObject({ tone: 'up', word: 'Live', detail: '4s old', stale: false })
  expect(feedStatus({ ...desk, feed: { ...live, state: 'stale' } }, 200_000)).toMatchObject({ tone: 'warn', stale: true, detail: '3m old' })
  expect(feedStatus({ ...desk, feed: live, connected: false }, 14_000)).toMatchObject({ tone: 'danger', stale: true })
  expect(feedStatus({ ...desk, feed: null }, 0).stale).toBe(true)
})
