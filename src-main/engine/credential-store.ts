// The keys the host has handed to this engine, until its execution side takes them. In memory alone: a new engine knows none.
import type { HandedKey } from '../../src-shared/bridge/wire.ts'
import type { VenueId } from '../../src-shared/domain/venue.ts'
import { Scrubber } from '../../src-shared/format/scrub.ts'

export class CredentialStore {
  /** Private, so that neither JSON nor an inspection of this object shows what is in it. */
  readonly #handed = new Map<VenueId, HandedKey>()
  readonly #scrubber = new Scrubber()

  /** Replaces what was handed for this venue before; null takes it back. */
  put(venue: VenueId, handed: HandedKey | null): void {
    if (handed === null) return void this.#handed.delete(venue)
    this.learn(handed)
    this.#handed.set(venue, handed)
  }

  /** For the execution client, which alone keeps it from then on: a second call finds nothing. Null when none was handed. */
  take(venue: VenueId): HandedKey | null {
    const handed = this.#handed.get(venue) ?? null
    this.#handed.delete(venue)
    return handed
  }

  /** A key that is only passing through. */
  learn({ credentials }: HandedKey): void {
    for (const secret of Object.values(credentials)) if (secret !== null) this.#scrubber.learn(secret)
  }

  /** The text without any secret that ever came to this engine; for whatever it writes down or sends in a venue's words. */
  scrub(text: string): string {
    return this.#scrubber.scrub(text)
  }
}
