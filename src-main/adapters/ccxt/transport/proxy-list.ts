// The proxies of a venue, in order of preference: the next one when one fails, back to the first at the end of the list.
import type { Agent } from 'node:http'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'
import { type Result, err, ok } from '../../../../src-shared/domain/result.ts'

const PROTOCOLS = new Set(['http:', 'https:', 'socks:', 'socks5:', 'socks5h:'])

export class ProxyList {
  readonly #urls: readonly string[]
  #at = 0

  private constructor(urls: readonly string[]) {
    this.#urls = urls
  }
  /** Such as `http://user:password@host:3128` or `socks5://host:1080`; none at all goes straight. The error names a proxy without its credentials. */
  static of(urls: readonly string[]): Result<ProxyList, string> {
    for (const [at, url] of urls.entries()) {
      const protocol = URL.canParse(url) ? new URL(url).protocol : null
      if (protocol === null || !PROTOCOLS.has(protocol))
        return err(`proxy ${at + 1} is ${protocol === null ? 'no address' : `of kind ${protocol}`}, expected http, https or socks5`)
    }
    return ok(new ProxyList(urls))
  }

  /** The one in use, with its credentials: for the transport alone. Null when there is none. */
  get current(): string | null {
    return this.#urls[this.#at] ?? null
  }
  get size(): number {
    return this.#urls.length
  }
  /** Turns to the next one, unless somebody else has turned since `failed` was in use. False when there is no other. */
  failOver(failed: string | null): boolean {
    if (this.#urls.length < 2) return false
    if (this.current === failed) this.#at = (this.#at + 1) % this.#urls.length
    return true
  }
  /** What carries a WebSocket through the one in use. */
  socketAgent(): Agent | null {
    const url = this.current
    if (url === null) return null
    return url.startsWith('socks') ? new SocksProxyAgent(url) : new HttpsProxyAgent(url)
  }
}
