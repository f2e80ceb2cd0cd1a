// Which requests are ours: checks on the parts of a request that a foreign web page or program cannot choose freely.
import type { IncomingMessage } from 'node:http'

export type Addresses = { readonly hosts: ReadonlySet<string>; readonly origins: ReadonlySet<string> }

export function addressesOf(port: number): Addresses {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `http://${host}`)) }
}

/** Never `new URL(req.url)`: it throws on `GET //`, and one throw in a listener would end the program and the engine with it. */
export function pathOf(request: IncomingMessage): string | null {
  const raw = request.url ?? ''
  if (!raw.startsWith('/') || raw.startsWith('//')) return null
  return raw.split(/[?#]/, 1)[0] ?? null
}

/** Returns the HTTP status that refuses the request, or null when it may pass. */
export function refusalOf(request: IncomingMessage, addresses: Addresses): number | null {
  // A name that resolves to 127.0.0.1 does not make a page ours (DNS rebinding).
  if (!addresses.hosts.has(request.headers.host ?? '')) return 421
  if (request.method !== 'GET' && request.method !== 'HEAD') return 405
  // `same-site` is another port of this machine: another program.
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 403
  return pathOf(request) === null ? 400 : null
}

/** A WebSocket is not bound by the same-origin rule of browsers: only the Origin tells which page opened it. */
export function mayUpgrade(request: IncomingMessage, addresses: Addresses): boolean {
  return pathOf(request) === '/ws' && addresses.hosts.has(request.headers.host ?? '') && addresses.origins.has(request.headers.origin ?? '')
}
