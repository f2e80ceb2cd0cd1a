// Proves that a page which does not come is asked for again, ever more rarely and not for ever, more rarely still where the venue asked to be left
// alone, and no more once it is called off.
import { describe, expect, it } from 'vitest'
import { PageRetry } from '../../src-main/adapters/ccxt/page-retry.ts'
import { FakeScheduler } from '../support/market-scheduler.ts'

const settle = (): Promise<void> => new Promise((done) => setImmediate(done))

/** Runs until the answer is there and returns it with the pauses before each further attempt. */
async function runThrough(answers: readonly (string | number)[], { random = 0, signal }: { random?: number; signal?: AbortSignal } = {}) {
  const scheduler = new FakeScheduler()
  const retry = new PageRetry({ scheduler, random: () => random, ...(signal && { signal }) })
  let asked = 0
  const pausesMs: number[] = []
  const running = retry.run(async () => {
    const answer = answers[asked] ?? answers.at(-1)
    asked += 1
    if (typeof answer === 'string') throw new Error(answer)
    return answer
  })
  let result: Awaited<typeof running> | null = null
  void running.then((value) => (result = value))
  for (let turn = 0; result === null && turn < 100; turn += 1) {
    await settle()
    if (scheduler.timers === 0) continue
    pausesMs.push(scheduler.nextInMs)
    scheduler.advance(scheduler.nextInMs)
  }
  return { result: await running, asked, pausesMs, timers: scheduler.timers }
}

describe('asking for a page', () => {
  it('gives the first answer that comes', async () => {
    expect(await runThrough([7])).toMatchObject({ result: { ok: true, value: 7 }, asked: 1, pausesMs: [] })
    expect(await runThrough(['no', 'no', 7])).toMatchObject({ result: { ok: true, value: 7 }, asked: 3, pausesMs: [500, 1_000] })
  })
  it('waits twice as long each time, of which the upper half is drawn, and gives up after seven attempts', async () => {
    const { result, asked, pausesMs } = await runThrough(['down'], { random: 1 })
    expect(pausesMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000])
    expect(asked).toBe(7)
    expect(result).toEqual({ ok: false, error: { kind: 'venue', message: 'the venue did not answer 7 times: down' } })
  })
  it.each(['DDoSProtection: binanceusdm 418 I am a teapot', 'RateLimitExceeded: 429 Too Many Requests'])(
    'stays away for a minute and more after %s',
    async (answer) => {
      expect((await runThrough([answer, 7])).pausesMs).toEqual([60_500])
    },
  )
  it('takes secrets out of what it says', async () => {
    const { result } = await runThrough(['GET https://x/?signature=abcdef failed'])
    expect(result).toMatchObject({ ok: false, error: { message: expect.not.stringContaining('abcdef') } })
  })
  it('is called off before it begins, in a pause and during a request', async () => {
    expect(await runThrough([7], { signal: AbortSignal.abort() })).toMatchObject({
      result: { ok: false, error: { kind: 'canceled' } },
      asked: 0,
    })
    const scheduler = new FakeScheduler()
    const controller = new AbortController()
    const retry = new PageRetry({ scheduler, random: () => 0, signal: controller.signal })
    const inPause = retry.run(() => Promise.reject(new Error('down')))
    await settle()
    expect(scheduler.timers).toBe(1)
    controller.abort()
    expect(await inPause).toMatchObject({ ok: false, error: { kind: 'canceled' } })
    expect(scheduler.timers).toBe(0)
    const other = new AbortController()
    const pending = new PageRetry({ scheduler, random: () => 0, signal: other.signal }).run(() => new Promise(() => {}))
    other.abort()
    expect(await pending).toMatchObject({ ok: false, error: { kind: 'canceled' } })
  })
})
