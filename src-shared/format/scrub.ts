// Last line of defence for texts that leave the program: takes out what looks like a secret, wherever in a line it stands, and every secret
// that was seen, whatever it looks like. Path redaction alone misses error texts.

export const HIDDEN = '[hidden]'
const NAMES = String.raw`api[-_]?key|api[-_]?secret|secret|signature|\bsign|password|passphrase|private[-_]?key|listen[-_]?key|access[-_]?token|refresh[-_]?token|token|x-mbx-apikey|ok-access-(?:key|sign)|authorization|cookie`

const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // "name":"value" in JSON, also with escaped quotes, to the end of the value
  [new RegExp(String.raw`((?:${NAMES})(\\?["'])\s*:\s*\2)(?:(?!\2)[^\n])+`, 'gi'), `$1${HIDDEN}`],
  // name=value as in a query string or an error text; name: value
  [
    new RegExp(String.raw`((?:${NAMES})\\?["']?\s*[=:]\s*\\?["']?)(?!\[hidden\])(?:Bearer\s+|Basic\s+)?[^\s"'&,;\\}\])]+`, 'gi'),
    `$1${HIDDEN}`,
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g, `$1 ${HIDDEN}`],
  // the login link of the browser shell
  [/#t=[\w-]+/g, `#t=${HIDDEN}`],
  // user:password@ in an address, as proxies have it
  [/(\w+:\/\/)[^\s/:@]*:[^\s/@]+@/g, `$1${HIDDEN}@`],
  // Telegram bot tokens
  [/\d{6,12}:[\w-]{30,}/g, HIDDEN],
  // PEM blocks, on one line (escaped) or on several
  [/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g, HIDDEN],
]

/** Returns the text with everything that looks like a secret replaced by "[hidden]". Idempotent. */
export const scrub = (text: string): string => RULES.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text)

/** Shorter ones are words that stand in ordinary lines; no venue issues such secrets. */
const LEARNED_LENGTH_MIN = 6
const LEARNED_MAX = 256

/** Knows the secrets that went through the program, and takes them out of any text. */
export class Scrubber {
  /** Each secret in all its spellings, the newest last. */
  readonly #learned = new Map<string, readonly string[]>()

  /** Forgets the oldest when there are too many; a removed key stays known, because its text may still be on its way. */
  learn(secret: string): void {
    if (secret.length < LEARNED_LENGTH_MIN) return
    this.#learned.delete(secret)
    this.#learned.set(secret, spellings(secret))
    for (const oldest of this.#learned.keys()) {
      if (this.#learned.size <= LEARNED_MAX) return
      this.#learned.delete(oldest)
    }
  }

  /** Idempotent. */
  scrub(text: string): string {
    let clean = text
    for (const known of this.#learned.values()) for (const spelling of known) clean = clean.replaceAll(spelling, HIDDEN)
    return scrub(clean)
  }

  /** For messages that a machine reads: takes out learned secrets alone, and only those too long to be a word of the message. */
  hide(message: string): string {
    let clean = message
    for (const [secret, known] of this.#learned) {
      if (secret.length >= GENERATED_LENGTH_MIN) for (const spelling of known) clean = clean.replaceAll(spelling, HIDDEN)
    }
    return clean
  }
}

const GENERATED_LENGTH_MIN = 16

/** As it is, as in an address, and as in JSON. */
const spellings = (secret: string): readonly string[] => [
  ...new Set([secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)]),
]
