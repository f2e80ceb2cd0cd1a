// Every text that leaves this adapter passes here: the library puts full addresses, signatures and listen keys into its errors.

const TEXT_LENGTH_MAX = 300
const RULES: readonly (readonly [RegExp, string])[] = [
  [
    /\b(signature|listenKey|access_token|refresh_token|client_secret|apiKey|api_key|secret|password|passphrase|sig|token)(["']?\s*[=:]\s*["']?)[^\s&"',}]+/gi,
    '$1$2…',
  ],
  [/\b(X-MBX-APIKEY|authorization)(["']?\s*[=:]\s*["']?)(?:bearer\s+)?[^\s"',}]+/gi, '$1$2…'],
  // Credentials inside an address, as proxies have them.
  [/\/\/[^\s/@]+@/g, '//…@'],
]

/** The text without secrets, on one line, at most 300 characters. */
export function redact(text: string): string {
  const clean = RULES.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text.replace(/\s+/g, ' ').trim())
  return clean.length > TEXT_LENGTH_MAX ? `${clean.slice(0, TEXT_LENGTH_MAX)}…` : clean
}

/** Name and message of anything thrown, redacted. */
export const errorText = (error: unknown): string =>
  redact(error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : String(error))

/** `redact`, and none of these secrets either, literally or as they are written in an address. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const literal = secrets.flatMap((secret) => (secret === '' ? [] : [secret, encodeURIComponent(secret)]))
  return (text) => redact(literal.reduce((rest, secret) => rest.replaceAll(secret, '…'), text))
}
