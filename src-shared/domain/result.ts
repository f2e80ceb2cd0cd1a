// A foreseeable failure is a value the caller must read; a broken invariant throws.

export type Ok<T> = { readonly ok: true; readonly value: T }
export type Err<E> = { readonly ok: false; readonly error: E }
export type Result<T, E> = Ok<T> | Err<E>

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value })
export const err = <E>(error: E): Err<E> => ({ ok: false, error })

/** Ends an exhaustive switch: the compiler refuses a forgotten case, and a value from outside the type throws. */
export function unreachable(value: never, what: string): never {
  throw new Error(`${what}: unexpected ${JSON.stringify(value)}`)
}
/**
 * A broken invariant: stops the engine. Say what was expected and what was found.
 * A message that is put together is given as a function, so that only a broken invariant pays for it.
 */
export function ensure(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${typeof message === 'string' ? message : message()}`)
}
