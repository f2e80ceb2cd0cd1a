// The lab's store as a job sees it. The store has one writer, the thread that holds the jobs: what a job reads and writes crosses to it as calls.
import type { LabStore } from '../../adapters/lab-store/store.ts'
import { LabStoreError } from '../../adapters/lab-store/lab-store-error.ts'

const METHODS = [
  'createRun',
  'finishRun',
  'failRun',
  'reopenRun',
  'putArtefact',
  'putTrial',
  'saveState',
  'makeRunFolder',
  'run',
  'runs',
  'trials',
  'dailyReturns',
  'artefact',
  'loadState',
] as const satisfies readonly (keyof LabStore)[]
type Method = (typeof METHODS)[number]

/** What jobs may ask of the store. */
export type RunStore = Pick<LabStore, Method>
/** The same from another thread. Rejects with the store's own error. */
export type RemoteRunStore = {
  readonly [M in Method]: (...args: Parameters<RunStore[M]>) => Promise<ReturnType<RunStore[M]>>
}

export type StoreCall = { readonly t: 'call'; readonly id: number; readonly method: Method; readonly args: readonly unknown[] }
export type StoreAnswer =
  | { readonly t: 'answer'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly t: 'answer'; readonly id: number; readonly ok: false; readonly code: string | null; readonly message: string }

/** Carries a call out. What the store throws is part of the answer. */
export function answerCall(store: RunStore, { id, method, args }: StoreCall): StoreAnswer {
  try {
    const call = store[method] as (...given: readonly unknown[]) => unknown
    return { t: 'answer', id, ok: true, value: call(...args) }
  } catch (cause) {
    const code = cause instanceof LabStoreError ? cause.code : null
    return { t: 'answer', id, ok: false, code, message: cause instanceof Error ? cause.message : String(cause) }
  }
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (cause: Error) => void }

/** The job's end of it. */
export class StoreCaller {
  readonly #post: (call: StoreCall) => void
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  readonly store: RemoteRunStore

  constructor(post: (call: StoreCall) => void) {
    this.#post = post
    const methods = METHODS.map((method) => [method, (...args: readonly unknown[]) => this.#call(method, args)])
    this.store = Object.fromEntries(methods) as RemoteRunStore
  }

  onAnswer(answer: StoreAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.ok) return waiting?.resolve(answer.value)
    waiting?.reject(answer.code === null ? new Error(answer.message) : new LabStoreError(codeOf(answer.code), answer.message))
  }

  #call(method: Method, args: readonly unknown[]): Promise<unknown> {
    const id = (this.#lastId += 1)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#post({ t: 'call', id, method, args })
    })
  }
}

/** Both ends are of one build, so the code is one of the store's. */
const codeOf = (code: string): LabStoreError['code'] => code as LabStoreError['code']
