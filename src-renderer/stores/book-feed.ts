// Follows the book of one instrument. However many frames arrive, whoever listens is told once before the next paint.
import type { Bridge, BridgeError } from '../../src-shared/bridge/contract.ts'
import { DepthColumns } from '../charts/depth-columns.ts'
import { type BookFrame, type BookState, emptyBook, foldBook } from './book-state.ts'

/** A hidden window paints nothing: of the frames that wait meanwhile only the newest are kept. */
const PENDING_MAX = 300

export type BookView = BookState & {
  /** `none`: this market has no book data. */
  readonly phase: 'loading' | 'ready' | 'none' | 'failed'
  readonly error: BridgeError | null
}
type NextFrame = (run: () => void) => () => void
type Options = {
  readonly bridge: Bridge
  readonly instrumentId: string
  /** Runs once before the next paint. Returns how to cancel. */
  readonly nextFrame?: NextFrame
}

const animationFrame: NextFrame = (run) => {
  const frame = requestAnimationFrame(run)
  return () => cancelAnimationFrame(frame)
}

/** Starts with `start()`, ends with what that returns. */
export class BookFeed {
  /** What the heat map draws; written in place, so that a frame costs no memory. */
  readonly columns = new DepthColumns()
  private readonly options: Options
  private readonly listeners = new Set<() => void>()
  private view: BookView = { ...emptyBook, phase: 'loading', error: null }
  private pending: BookFrame[] = []
  private cancelFlush: (() => void) | null = null

  constructor(options: Options) {
    this.options = options
  }

  /** Subscribes and asks for the newest book. Returns how to stop. */
  start(): () => void {
    let stopped = false
    const unsubscribe = this.options.bridge.subscribe('book', (frame) => this.receive(frame))
    void this.options.bridge.invoke('book.latest', { instrumentId: this.options.instrumentId }).then((result) => {
      if (stopped || this.view.phase === 'ready' || this.pending.length > 0) return
      if (!result.ok) return this.show({ ...this.view, phase: 'failed', error: result.error })
      if (result.value === null) return this.show({ ...this.view, phase: 'none' })
      this.receive(result.value)
    })
    return () => {
      stopped = true
      unsubscribe()
      this.cancelFlush?.()
      this.cancelFlush = null
      this.pending = []
    }
  }

  listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
  current = (): BookView => this.view

  private receive(frame: BookFrame): void {
    if (frame.instrumentId !== this.options.instrumentId) return
    this.pending.push(frame)
    if (this.pending.length > PENDING_MAX) this.pending.shift()
    this.cancelFlush ??= (this.options.nextFrame ?? animationFrame)(() => {
      this.cancelFlush = null
      this.flush()
    })
  }

  private flush(): void {
    const frames = this.pending
    this.pending = []
    for (const frame of frames) this.columns.push(frame)
    this.show({ ...foldBook(this.view, frames), phase: 'ready', error: null })
  }

  private show(view: BookView): void {
    this.view = view
    for (const listener of this.listeners) listener()
  }
}
