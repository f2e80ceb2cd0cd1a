// What hides in every text the keys that ever came to this engine. The keys themselves are held by whoever trades or asks with them.
import type { VenueCredentials } from '../../src-shared/domain/venue.ts'
import { Scrubber } from '../../src-shared/format/scrub.ts'

export class KnownSecrets {
  readonly #scrubber = new Scrubber()

  learn(credentials: VenueCredentials): void {
    for (const secret of Object.values(credentials)) if (secret !== null) this.#scrubber.learn(secret)
  }

  /** The text without any secret that ever came to this engine; for whatever it writes down or sends in a venue's words. */
  scrub(text: string): string {
    return this.#scrubber.scrub(text)
  }
}
