import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { EngineMeter } from '../../src-main/engine/engine-meter.ts'

const reading = { marketEvents: 0, framesSent: 0, journalRecords: 0, journalBytes: 0, journalCommitP99Ms: 0 }

test('an event loop that was blocked shows how late it was, not how often it is sampled', async () => {
  const meter = new EngineMeter()
  try {
    await wait(50)
    const blockedFromMs = performance.now()
    while (performance.now() - blockedFromMs < 200);
    await wait(50)
    const metrics = meter.read(reading)
    expect(metrics.eventLoopDelayP99).toBeGreaterThan(150)
    expect(metrics.eventLoopDelayP99).toBeLessThan(5_000)
    expect(metrics.eventLoopDelayP50).toBeLessThan(metrics.eventLoopDelayP99)
  } finally {
    meter.stop()
  }
})

test('before the first sample no delay is claimed', () => {
  const meter = new EngineMeter()
  meter.stop()
  expect(meter.read(reading)).toMatchObject({ eventLoopDelayP50: 0, eventLoopDelayP99: 0 })
})

test('rates are per second since the last reading', async () => {
  const meter = new EngineMeter()
  try {
    meter.read({ ...reading, marketEvents: 100, framesSent: 10 })
    await wait(100)
    const metrics = meter.read({ ...reading, marketEvents: 400, framesSent: 20 })
    expect(metrics.marketEventsPerSecond).toBeGreaterThan(0)
    expect(metrics.marketEventsPerSecond / metrics.framesPerSecond).toBeCloseTo(30, 9)
  } finally {
    meter.stop()
  }
})
