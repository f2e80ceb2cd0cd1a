// Last line of defence for logs: takes out what looks like a secret, wherever in a line it stands (path redaction misses error texts).

const HIDDEN = '[hidden]'
const NAMES = String.raw`api[-_]?key|api[-_]?secret|secret|signature|password|passphrase|private[-_]?key|access[-_]?token|token|x-mbx-apikey|authorization|cookie`

const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // name=value as in a query string or an error text; name: value; "name":"value" in JSON, also with escaped quotes
  [new RegExp(String.raw`((?:${NAMES})\\?["']?\s*[=:]\s*\\?["']?)(?:Bearer\s+|Basic\s+)?[^\s"'&,;\\}\])]+`, 'gi'), `$1${HIDDEN}`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g, `$1 ${HIDDEN}`],
  // the login link of the browser shell
  [/#t=[\w-]+/g, `#t=${HIDDEN}`],
  // user:password@ in an address
  [/(\w+:\/\/)[^\s/:@]+:[^\s/@]+@/g, `$1${HIDDEN}@`],
  // Telegram bot tokens
  [/\d{6,12}:[\w-]{30,}/g, HIDDEN],
  // PEM blocks, on one line (escaped) or on several
  [/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g, HIDDEN],
]

/** Returns the text with every recognised secret replaced by "[hidden]". Idempotent. */
export const scrub = (text: string): string => RULES.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text)
