// Proves that screens get every change once, in numbered frames, and learn of it when something had to be given up.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DeskPublisher } from '../../src-main/engine/desk-publisher.ts'
import { topics, type Payload } from '../../src-shared/bridge/contract.ts'

let frames: Payload<'desk'>[]
let publisher: DeskPublisher

beforeEach(() => {
  vi.useFakeTimers()
  frames = []
  publisher = new DeskPublisher((json) => frames.push(topics.desk.parse(JSON.parse(json))))
})
afterEach(() => vi.useRealTimers())

const price = (value: number) => ({ type: 'price' as const, instrumentId: 'BTC/USDT:USDT', price: value, tsMs: 0 })

describe('the desk publisher', () => {
  it('gathers for a few milliseconds and sends one frame, in order', () => {
    publisher.push(price(1))
    publisher.push(price(2))
    expect(frames).toEqual([])
    vi.advanceTimersByTime(10)
    expect(frames).toEqual([{ sequence: 1, events: [price(1), price(2)] }])
  })

  it('sends only the last value of what is replaced, made at the moment of sending', () => {
    let value = 1
    publisher.replace('price', () => price(value))
    publisher.replace('price', () => price(value))
    value = 7
    vi.advanceTimersByTime(10)
    expect(frames).toEqual([{ sequence: 1, events: [price(7)] }])
  })

  it('sends nothing when nothing changed', () => {
    publisher.flush()
    vi.advanceTimersByTime(1_000)
    expect(frames).toEqual([])
    expect(publisher.sequence).toBe(0)
  })

  it('leaves a hole in the numbers when more happened than a frame holds, so that every screen asks anew', () => {
    for (let i = 0; i < 2_001; i += 1) publisher.push(price(i))
    vi.advanceTimersByTime(10)
    expect(frames.map(({ sequence, events }) => [sequence, events.length])).toEqual([[2, 2_000]])
    publisher.push(price(1))
    vi.advanceTimersByTime(10)
    expect(frames.at(-1)?.sequence).toBe(3)
  })

  it('leaves a hole when a new session begins, and drops what belonged to the old one', () => {
    publisher.push(price(1))
    publisher.restart()
    vi.advanceTimersByTime(10)
    expect(frames).toEqual([])
    publisher.push(price(2))
    vi.advanceTimersByTime(10)
    expect(frames).toEqual([{ sequence: 3, events: [price(2)] }])
  })
})
