// Keeps the replica in step with the engine: snapshot, then deltas by sequence; a hole, a resync, a lost connection or a new
// engine means a new snapshot. React is told at most once per animation frame.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Bridge } from '../../src-shared/bridge/contract.ts'
import { candleBus } from './candle-bus.ts'
import { type DeskState, type Frame, type Snapshot, emptyDesk, foldEvents, fromSnapshot } from './desk-state.ts'

export const deskStore = createStore<DeskState>(() => emptyDesk)

/** One slice of the desk. The component is drawn again only when the slice changed, so select small. */
export const useDesk = <T>(selector: (state: DeskState) => T): T => useStore(deskStore, selector)

/** More frames than this before the screen could draw one: they are dropped and a snapshot is taken instead. */
const PENDING_FRAMES_MAX = 2000
/** A hidden window gets no animation frames; it is brought up to date this often. */
const HIDDEN_FLUSH_MS = 1000
const RETRY_MS = [500, 1000, 2000, 5000, 10_000] as const

export type DeskClock = {
  readonly nowMs: () => number
  /** Runs once before the next paint. Returns how to cancel. */
  readonly nextFrame: (run: () => void) => () => void
  readonly after: (delayMs: number, run: () => void) => () => void
}

const browserClock: DeskClock = {
  nowMs: () => Date.now(),
  nextFrame: (run) => {
    const frame = requestAnimationFrame(run)
    const timer = setTimeout(run, HIDDEN_FLUSH_MS)
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  },
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Starts filling {@link deskStore} from the bridge. Returns how to stop; the store is empty again after that. */
export function startDesk(bridge: Bridge, clock: DeskClock = browserClock): () => void {
  const sync = new DeskSync(bridge, clock)
  return sync.start()
}

class DeskSync {
  private readonly bridge: Bridge
  private readonly clock: DeskClock
  private pending: Frame[] = []
  private synced = false
  private loading = false
  private again = false
  private stopped = false
  private failures = 0
  private cancelFlush: (() => void) | null = null
  private cancelRetry: (() => void) | null = null

  constructor(bridge: Bridge, clock: DeskClock) {
    this.bridge = bridge
    this.clock = clock
  }

  start(): () => void {
    const undo = [
      this.bridge.subscribe('desk', (frame) => this.receive(frame)),
      this.bridge.subscribe('status', (host) => this.receiveStatus(host)),
      this.bridge.subscribe('resync', () => this.resync()),
      this.bridge.onConnection((connected) => this.receiveConnection(connected)),
    ]
    void this.loadStatus()
    this.resync()
    return () => {
      this.stopped = true
      for (const off of undo) off()
      this.cancelFlush?.()
      this.cancelRetry?.()
      deskStore.setState(emptyDesk, true)
    }
  }

  private receive(frame: Frame): void {
    this.pending.push(frame)
    if (this.pending.length > PENDING_FRAMES_MAX) this.resync()
    else if (this.synced) this.scheduleFlush()
  }

  private scheduleFlush(): void {
    this.cancelFlush ??= this.clock.nextFrame(() => {
      this.cancelFlush?.()
      this.cancelFlush = null
      this.flush()
    })
  }

  /** Applies what arrived, in one commit. A frame out of sequence ends it: everything after it waits for the snapshot. */
  private flush(): void {
    if (!this.synced || this.stopped) return
    const before = deskStore.getState()
    let sequence = before.sequence
    const events = []
    for (const frame of this.pending) {
      if (frame.sequence !== sequence + 1) {
        this.resync()
        return
      }
      sequence = frame.sequence
      for (const event of frame.events) events.push(event)
    }
    this.pending = []
    const folded = foldEvents(before, events)
    deskStore.setState({ ...folded.state, sequence, receivedMs: this.clock.nowMs() })
    candleBus.publish(folded.candles, folded.prices)
  }

  private receiveStatus(host: DeskState['host']): void {
    const before = deskStore.getState().host
    deskStore.setState({ host })
    const started = host?.state === 'running' && before !== null && (before.state !== 'running' || before.restarts !== host.restarts)
    if (started) this.resync()
  }

  private receiveConnection(connected: boolean): void {
    deskStore.setState({ connected })
    if (!connected) return
    void this.loadStatus()
    this.resync()
  }

  /** The status topic speaks on change only; the first word has to be asked for. */
  private async loadStatus(): Promise<void> {
    const result = await this.bridge.invoke('system.status', {})
    if (!this.stopped && result.ok) this.receiveStatus(result.value.host)
  }

  /**
   * Takes a new snapshot; what has arrived by now is older than that. While one is on its way, another request makes it be
   * taken once more.
   */
  private resync(): void {
    this.synced = false
    this.cancelRetry?.()
    this.cancelRetry = null
    this.pending = []
    if (this.loading) this.again = true
    else void this.loadSnapshot()
  }

  private async loadSnapshot(): Promise<void> {
    this.loading = true
    const result = await this.bridge.invoke('desk.snapshot', {})
    this.loading = false
    if (this.stopped) return
    if (this.again) {
      this.again = false
      this.resync()
      return
    }
    if (result.ok) this.adopt(result.value)
    else this.failed(result.error)
  }

  private adopt(snapshot: Snapshot): void {
    this.failures = 0
    // What was numbered up to the snapshot is inside it.
    this.pending = this.pending.filter((frame) => frame.sequence > snapshot.sequence)
    deskStore.setState(fromSnapshot(snapshot, this.clock.nowMs()))
    this.synced = true
    candleBus.announceGap()
    if (this.pending.length > 0) this.scheduleFlush()
  }

  private failed(error: DeskState['error']): void {
    const phase = deskStore.getState().phase === 'ready' ? 'ready' : 'failed'
    deskStore.setState({ phase, error })
    const delayMs = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 10_000
    this.failures += 1
    this.cancelRetry = this.clock.after(delayMs, () => this.resync())
  }
}
