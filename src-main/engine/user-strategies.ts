// The user's strategies folder: each file runs in the sandbox, is reloaded on save, and can stop nothing but itself.
import { mkdirSync } from 'node:fs'
import type { StrategyId } from '../../src-shared/domain/ids.ts'
import type { QuickJsSandbox } from '../adapters/sandbox/quickjs-sandbox.ts'
import type { StrategyPlugin } from '../core/strategies/strategy.ts'
import { type StrategyFolderChange, watchStrategyFolder } from '../adapters/system/strategy-folder.ts'

export type UserStrategyListener = {
  /** A file was read and declares a strategy. */
  onLoaded(plugin: StrategyPlugin, file: { name: string; source: string }): void
  /** The strategy of a file that was removed, or that no longer loads. */
  onGone(id: StrategyId, fileName: string): void
  /** One sentence for the person who wrote the file. */
  onFault(fileName: string, message: string): void
}

export type UserStrategyOptions = {
  readonly sandbox: QuickJsSandbox
  readonly listener: UserStrategyListener
  /** Ids of bundled strategies. */
  readonly reserved: ReadonlySet<string>
}

export class UserStrategies {
  readonly #sandbox: QuickJsSandbox
  readonly #listener: UserStrategyListener
  readonly #reserved: ReadonlySet<string>
  readonly #idOfFile = new Map<string, StrategyId>()
  #watch: { close(): void } | null = null
  #busy: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(options: UserStrategyOptions) {
    this.#sandbox = options.sandbox
    this.#listener = options.listener
    this.#reserved = options.reserved
  }

  /** Creates the folder when it is missing, loads what lies in it, and watches it from then on. */
  static async open(dir: string, options: UserStrategyOptions): Promise<UserStrategies> {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const strategies = new UserStrategies(options)
    strategies.#watch = await watchStrategyFolder(dir, (change) => strategies.#onChange(change))
    await strategies.#busy
    return strategies
  }

  /** Changes are taken in turn: loading needs engines that are made while we wait. */
  #onChange(change: StrategyFolderChange): void {
    this.#busy = this.#busy.then(() => this.#apply(change)).catch((cause: unknown) => this.#listener.onFault('strategies', String(cause)))
  }

  async #apply(change: StrategyFolderChange): Promise<void> {
    for (const fileName of change.removed) this.#remove(fileName)
    for (const { fileName, message } of change.refused) this.#listener.onFault(fileName, message)
    for (const { fileName, source } of change.changed) {
      await this.#sandbox.prepare(1)
      if (!this.#closed) this.#load(fileName, source)
    }
  }

  close(): void {
    this.#closed = true
    this.#watch?.close()
    this.#sandbox.close()
  }

  #load(fileName: string, source: string): void {
    const loaded = this.#sandbox.load(source, fileName)
    if (!loaded.ok) {
      // What ran before the bad save goes on running: the person is in the middle of editing.
      return this.#listener.onFault(fileName, loaded.error.message)
    }
    const { id } = loaded.value.declaration
    const other = [...this.#idOfFile].find(([name, used]) => used === id && name !== fileName)
    if (this.#reserved.has(id) || other !== undefined) {
      const owner = other === undefined ? 'a bundled strategy' : other[0]
      return this.#listener.onFault(fileName, `${fileName}: the id "${id}" belongs to ${owner}; choose another`)
    }
    const former = this.#idOfFile.get(fileName)
    if (former !== undefined && former !== id) this.#listener.onGone(former, fileName)
    this.#idOfFile.set(fileName, id)
    this.#listener.onLoaded(loaded.value, { name: fileName, source })
  }

  #remove(fileName: string): void {
    const id = this.#idOfFile.get(fileName)
    if (id === undefined) return
    this.#idOfFile.delete(fileName)
    this.#listener.onGone(id, fileName)
  }
}
