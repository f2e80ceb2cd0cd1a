// What a command of the lab has around it: so that it runs the same in a terminal and in a test.
import type { Settings } from '../../../src-shared/config/settings.ts'
import type { Result } from '../../../src-shared/domain/result.ts'

export type World = {
  readonly version: string
  /** Where the app keeps its data, unless --data-dir says otherwise. */
  readonly defaultDataDir: string
  /** Recorded indices and bundled market data. */
  readonly assetsDir: string
  /** The file that threads are started from. */
  readonly entry: string
  /** The error is one sentence. */
  loadSettings(dataDir: string): Result<Settings, string>
  /** What was asked for; ends with a line break. */
  out(text: string): void
  /** What a person should know beside it. */
  say(text: string): void
  /** Rewrites one line while somebody watches; null where nobody does. */
  readonly progress: ((line: string) => void) | null
  /** Called at each Ctrl-C until the undo is called. */
  onInterrupt(listener: () => void): () => void
  /** Ends the program where it stands. */
  exit(status: number): void
}
