// Turns critical alerts of the desk into notifications of the operating system: at most one every few seconds, never a flood.
import { DeskFrame } from '../../../src-shared/bridge/views.ts'

export type ShowNotification = (title: string, body: string) => void

const QUIET_MS = 5_000
const BODY_LENGTH_MAX = 200

export class AlertNotifier {
  readonly #show: ShowNotification
  #waiting = { count: 0, newest: '' }
  #quiet: NodeJS.Timeout | undefined

  constructor(show: ShowNotification) {
    this.#show = show
  }

  /** `json` is a frame of the desk. Most have no alert, and are not even parsed. */
  onDeskFrame(json: string): void {
    if (!json.includes('"type":"alert"')) return
    const frame = DeskFrame.safeParse(JSON.parse(json))
    if (!frame.success) return
    for (const event of frame.data.events) {
      if (event.type === 'alert' && event.alert.severity === 'critical') this.#add(event.alert.message)
    }
  }

  close(): void {
    clearTimeout(this.#quiet)
    this.#quiet = undefined
  }

  #add(message: string): void {
    this.#waiting = { count: this.#waiting.count + 1, newest: message }
    if (!this.#quiet) this.#flush()
  }

  #flush(): void {
    this.#quiet = undefined
    const { count, newest } = this.#waiting
    if (count === 0) return
    this.#waiting = { count: 0, newest: '' }
    this.#show(count === 1 ? 'Tradewright' : `Tradewright: ${count} critical alerts`, newest.slice(0, BODY_LENGTH_MAX))
    this.#quiet = setTimeout(() => this.#flush(), QUIET_MS)
  }
}
