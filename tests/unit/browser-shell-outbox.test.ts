// Proves that a slow reader costs bounded memory: desk frames are dropped, one resync follows when it caught up, answers are kept.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BookFrame } from '../../src-shared/bridge/views.ts'
import { eventMessage, Outbox } from '../../src-main/shells/browser/outbox.ts'

class FakeSocket {
  bufferedAmount = 0
  terminated = false
  readonly sent: string[] = []
  send(text: string): void {
    this.sent.push(text)
  }
  terminate(): void {
    this.terminated = true
  }
}

let socket: FakeSocket
let outbox: Outbox
beforeEach(() => {
  vi.useFakeTimers()
  socket = new FakeSocket()
  outbox = new Outbox(socket, { dropBytes: 1_000, resumeBytes: 100, giveUpBytes: 10_000, checkMs: 100 })
})
afterEach(() => {
  outbox.close()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
const desk = (n: number): void => outbox.sendEvent('desk', eventMessage('desk', String(n)))

describe('the outbox of one screen', () => {
  it('sends events as they come while the reader keeps up', () => {
    desk(1)
    desk(2)
    expect(socket.sent).toEqual(['{"t":"event","topic":"desk","payload":1}', '{"t":"event","topic":"desk","payload":2}'])
  })

  it('drops frames of a slow reader, and sends one resync when it has caught up, even if no frame follows', () => {
    socket.bufferedAmount = 1_001
    for (let n = 0; n < 100; n++) desk(n)
    vi.advanceTimersByTime(10_000)
    expect(socket.sent).toEqual([])
    socket.bufferedAmount = 100
    vi.advanceTimersByTime(100)
    expect(socket.sent.map((message) => JSON.parse(message).topic)).toEqual(['resync'])
    vi.advanceTimersByTime(10_000)
    desk(7)
    expect(socket.sent.map((message) => JSON.parse(message).topic)).toEqual(['resync', 'desk'])
  })

  it('drops until the resync, so that no frame of the gap slips in between', () => {
    socket.bufferedAmount = 1_001
    desk(1)
    socket.bufferedAmount = 500
    desk(2)
    vi.advanceTimersByTime(1_000)
    expect(socket.sent).toEqual([])
  })

  it('holds the newest book of each instrument for a slow reader, and no older one', () => {
    const book = (instrumentId: string, n: number): void =>
      outbox.sendEvent('book', eventMessage('book', JSON.stringify({ instrumentId, n })))
    book('BTC', 1)
    socket.bufferedAmount = 101
    for (let n = 2; n < 100; n++) {
      book('BTC', n)
      book('ETH', n)
    }
    vi.advanceTimersByTime(10_000)
    expect(socket.sent).toHaveLength(1)
    socket.bufferedAmount = 0
    vi.advanceTimersByTime(100)
    book('BTC', 100)
    expect(socket.sent.map((message) => JSON.parse(message).payload)).toEqual([
      { instrumentId: 'BTC', n: 1 },
      { instrumentId: 'BTC', n: 99 },
      { instrumentId: 'ETH', n: 99 },
      { instrumentId: 'BTC', n: 100 },
    ])
  })

  describe('keeps the trades of the books that a newer one stands for', () => {
    const trade = (n: number) => ({ tsMs: n, price: 100, quantity: n, side: 'buy' })
    const book = (instrumentId: string, tsMs: number, trades: readonly unknown[]): void =>
      outbox.sendEvent(
        'book',
        eventMessage(
          'book',
          JSON.stringify({ instrumentId, tsMs, state: 'synced', detail: '', bids: [[tsMs, 1]], asks: [], trades, resyncs: 0 }),
        ),
      )
    const drained = () => {
      socket.bufferedAmount = 0
      vi.advanceTimersByTime(100)
      return socket.sent.map((message) => BookFrame.parse(JSON.parse(message).payload))
    }
    beforeEach(() => (socket.bufferedAmount = 101))

    it('in order, and by instrument', () => {
      book('BTC', 1, [trade(1), trade(2)])
      book('ETH', 1, [trade(9)])
      book('BTC', 2, [])
      book('BTC', 3, [trade(3)])
      expect(drained().map(({ instrumentId, bids, trades }) => [instrumentId, bids, trades])).toEqual([
        ['BTC', [[3, 1]], [trade(1), trade(2), trade(3)]],
        ['ETH', [[1, 1]], [trade(9)]],
      ])
      book('BTC', 4, [trade(4)])
      expect(drained().at(-1)?.trades).toEqual([trade(4)])
    })

    it('the newest 200 of them, however long the reader is away', () => {
      for (let n = 1; n <= 500; n++) book('BTC', n, [trade(n)])
      const frames = drained()
      expect(frames).toHaveLength(1)
      expect(frames[0]?.trades).toEqual(Array.from({ length: 200 }, (_, i) => trade(301 + i)))
    })

    it('but not those from after a moment that the market was wound back to', () => {
      book('BTC', 9, [trade(9)])
      book('BTC', 3, [trade(3)])
      book('BTC', 4, [trade(4)])
      expect(drained()[0]?.trades).toEqual([trade(3), trade(4)])
    })
  })

  it('always sends answers and states', () => {
    socket.bufferedAmount = 5_000
    outbox.send('answer')
    outbox.sendEvent('status', 'state')
    expect(socket.sent).toEqual(['answer', 'state'])
  })

  it('gives up a reader that does not read at all', () => {
    socket.bufferedAmount = 10_001
    outbox.send('answer')
    expect(socket.terminated).toBe(true)
    expect(socket.sent).toEqual([])
  })
})
